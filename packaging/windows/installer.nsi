; Installer for Windows, by NSIS 3; ../nsis.py says what the words in ${} are.
; For one user, without an administrator. Silent: setup.exe /S, or /S /D=C:\folder (last, no quotes).

!ifdef TARGET
  Target ${TARGET}
!else
  Unicode true
!endif
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "WinVer.nsh"
!include "x64.nsh"

!define CLASSES "Software\Classes"
!define TYPE "Thioscope.Project"
!define SUFFIX ".thio"
!define REMOVAL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Thioscope"
; a folder of the user's that Windows 10 and newer search for commands
!define COMMANDS "$LOCALAPPDATA\Microsoft\WindowsApps"

Name "Thioscope"
Caption "Thioscope ${NUMBER}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Thioscope"
InstallDirRegKey HKCU "${REMOVAL}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
ManifestSupportedOS all
BrandingText " "

VIProductVersion "${NUMBER}.0"
VIAddVersionKey "ProductName" "Thioscope"
VIAddVersionKey "FileDescription" "Thioscope, set-up"
VIAddVersionKey "FileVersion" "${NUMBER}"
VIAddVersionKey "ProductVersion" "${NUMBER}"
VIAddVersionKey "CompanyName" "Thioscope developers"
VIAddVersionKey "LegalCopyright" "BSD-3-Clause"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\thioscope-window.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; Windows lets nobody write into a program that runs.
!macro RefuseWhileRunning NAME
  ${If} ${FileExists} "$INSTDIR\${NAME}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${NAME}" a
    ${If} ${Errors}
      MessageBox MB_ICONSTOP "Thioscope is open. Close it and start again; nothing was changed." /SD IDOK
      SetErrorLevel 3
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
  ${AndIfNot} ${IsNativeARM64}
    MessageBox MB_ICONSTOP "Thioscope needs 64-bit Windows." /SD IDOK
    Quit
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "Thioscope needs Windows 10 or newer." /SD IDOK
    Quit
  ${EndIf}
FunctionEnd

Section "Thioscope" Program
  SectionIn RO
  !insertmacro RefuseWhileRunning "thioscope.exe"
  !insertmacro RefuseWhileRunning "thioscope-window.exe"
  ; what an older version had and this one has not
  ${If} ${FileExists} "$INSTDIR\thioscope.exe"
    RMDir /r "$INSTDIR\_internal"
    RMDir /r "$INSTDIR\licences"
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Thioscope.lnk" "$INSTDIR\thioscope-window.exe"

  WriteRegStr HKCU "${CLASSES}\${SUFFIX}" "" "${TYPE}"
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${TYPE}" ""
  WriteRegStr HKCU "${CLASSES}\${TYPE}" "" "Thioscope project"
  WriteRegStr HKCU "${CLASSES}\${TYPE}\DefaultIcon" "" "$INSTDIR\thioscope-window.exe,0"
  WriteRegStr HKCU "${CLASSES}\${TYPE}\shell\open\command" "" '"$INSTDIR\thioscope-window.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\thioscope-window.exe\SupportedTypes" "${SUFFIX}" ""

  WriteRegStr HKCU "${REMOVAL}" "DisplayName" "Thioscope"
  WriteRegStr HKCU "${REMOVAL}" "DisplayVersion" "${NUMBER}"
  WriteRegStr HKCU "${REMOVAL}" "Publisher" "Thioscope developers"
  WriteRegStr HKCU "${REMOVAL}" "DisplayIcon" "$INSTDIR\thioscope-window.exe"
  WriteRegStr HKCU "${REMOVAL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVAL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${REMOVAL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVAL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${REMOVAL}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVAL}" "NoRepair" 1
  Call TellExplorer
SectionEnd

Section /o "Icon on the desktop" Desktop
  CreateShortcut "$DESKTOP\Thioscope.lnk" "$INSTDIR\thioscope-window.exe"
SectionEnd

; A file in a folder that is searched: the user's Path, which can be longer than a string of NSIS,
; is left alone. A console reads the file in a code page of its own, so the user's name is not in it.
Section /o "Command thioscope in every console" Command
  StrLen $1 $LOCALAPPDATA
  StrCpy $2 $INSTDIR $1
  StrCpy $3 $INSTDIR
  ${If} $2 == $LOCALAPPDATA
    StrCpy $3 $INSTDIR "" $1
    StrCpy $3 "%LOCALAPPDATA%$3"
  ${EndIf}
  CreateDirectory "${COMMANDS}"
  FileOpen $0 "${COMMANDS}\thioscope.cmd" w
  FileWrite $0 '@"$3\thioscope.exe" %*$\r$\n'
  FileClose $0
SectionEnd

Section "Uninstall"
  !insertmacro RefuseWhileRunning "thioscope.exe"
  !insertmacro RefuseWhileRunning "thioscope-window.exe"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\thioscope.exe"
  Delete "$INSTDIR\thioscope-window.exe"
  Delete "$INSTDIR\uninstall.exe"
  ; stays where a user kept files of their own in it
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Thioscope.lnk"
  Delete "$DESKTOP\Thioscope.lnk"
  Delete "${COMMANDS}\thioscope.cmd"
  ReadRegStr $0 HKCU "${CLASSES}\${SUFFIX}" ""
  ${If} $0 == "${TYPE}"
    DeleteRegValue HKCU "${CLASSES}\${SUFFIX}" ""
  ${EndIf}
  DeleteRegValue HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${TYPE}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}"
  DeleteRegKey HKCU "${CLASSES}\${TYPE}"
  DeleteRegKey HKCU "${CLASSES}\Applications\thioscope-window.exe"
  DeleteRegKey HKCU "${REMOVAL}"
  Call un.TellExplorer
SectionEnd

!macro TellExplorer PREFIX
Function ${PREFIX}TellExplorer
  ; SHCNE_ASSOCCHANGED: file types have changed
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd
!macroend
!insertmacro TellExplorer ""
!insertmacro TellExplorer "un."
