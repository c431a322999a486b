; Installer for Windows, by Inno Setup 6: ISCC /DVersion=1.2.3 packaging\windows.iss
; For one user, without an administrator; "for all users" can be chosen.

#ifndef Version
  #error Say which version: ISCC /DVersion=... ; build.py does
#endif
#ifndef Architecture
  #define Architecture "x64compatible"
#endif

[Setup]
AppId={{7A0C2B64-52F1-4F0B-9C57-7C1B6B3E9D21}
AppName=Thioscope
AppVersion={#Version}
AppVerName=Thioscope {#Version}
AppPublisher=The Thioscope authors
DefaultDirName={autopf}\Thioscope
DefaultGroupName=Thioscope
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed={#Architecture}
ArchitecturesInstallIn64BitMode={#Architecture}
MinVersion=10.0
LicenseFile=..\LICENSE
SetupIconFile=..\app\icons\thioscope.ico
UninstallDisplayIcon={app}\thioscope-window.exe
OutputDir=..\dist
OutputBaseFilename=thioscope-{#Version}-windows-setup
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
ChangesEnvironment=yes
WizardStyle=modern
CloseApplications=yes

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: path; Description: "Let the command thioscope be used in every console"; Flags: unchecked

[InstallDelete]
; what an older version had and this one has not
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\dist\thioscope\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Thioscope"; Filename: "{app}\thioscope-window.exe"
Name: "{autodesktop}\Thioscope"; Filename: "{app}\thioscope-window.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.thio\OpenWithProgids"; ValueType: string; ValueName: "Thioscope.Project"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.thio"; ValueType: string; ValueName: ""; ValueData: "Thioscope.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Thioscope.Project"; ValueType: string; ValueName: ""; ValueData: "Thioscope project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Thioscope.Project\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\thioscope-window.exe,0"
Root: HKA; Subkey: "Software\Classes\Thioscope.Project\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\thioscope-window.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\thioscope-window.exe\SupportedTypes"; ValueType: string; ValueName: ".thio"; ValueData: ""; Flags: uninsdeletekey
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotOnPath

[Run]
Filename: "{app}\thioscope-window.exe"; Description: "{cm:LaunchProgram,Thioscope}"; Flags: nowait postinstall skipifsilent

[Code]
function IsNotOnPath: Boolean;
var
  Path: string;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;
