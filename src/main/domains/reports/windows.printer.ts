/**
 * A printer of Windows, by PowerShell alone: the system's own reader of PDF (Windows.Data.Pdf) draws the pages - a photo is
 * one already - and the system's own printing takes them, so no program of a third party has to be installed. What varies goes by the
 * environment, never into the text of a script.
 */
import type { Printer, PrinterAnswer } from './printer.port.ts';
import { type Ran, runCommand } from './run-command.ts';

/** Drawing the pages of a long report takes a slow machine a while. */
const SUBMIT_MS = 60_000;
const ASK_MS = 15_000;

const SUBMIT = `
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Drawing, System.Runtime.WindowsRuntime
$null = [Windows.Storage.StorageFile, Windows.Storage, ContentType = WindowsRuntime]
$null = [Windows.Data.Pdf.PdfDocument, Windows.Data.Pdf, ContentType = WindowsRuntime]
$null = [Windows.Storage.Streams.InMemoryRandomAccessStream, Windows.Storage.Streams, ContentType = WindowsRuntime]
$asTask = [System.WindowsRuntimeSystemExtensions].GetMethods() | Where-Object { $_.Name -eq 'AsTask' -and $_.GetParameters().Count -eq 1 }
$ofResult = $asTask | Where-Object { $_.GetParameters()[0].ParameterType.Name -eq 'IAsyncOperation\`1' } | Select-Object -First 1
$ofAction = $asTask | Where-Object { $_.GetParameters()[0].ParameterType.Name -eq 'IAsyncAction' } | Select-Object -First 1
function Wait-Result($operation, $type) { $task = $ofResult.MakeGenericMethod($type).Invoke($null, @($operation)); $task.Wait(); $task.Result }
function Wait-Action($action) { $ofAction.Invoke($null, @($action)).Wait() }
$name = $env:PRILAVOK_PRINTER
$title = $env:PRILAVOK_PRINT_TITLE
if (-not (Get-Printer -Name $name -ErrorAction SilentlyContinue)) { [Console]::Error.WriteLine("there is no printer $name"); exit 3 }
function Read-Pdf($path) {
$file = Wait-Result ([Windows.Storage.StorageFile]::GetFileFromPathAsync($path)) ([Windows.Storage.StorageFile])
$pdf = Wait-Result ([Windows.Data.Pdf.PdfDocument]::LoadFromFileAsync($file)) ([Windows.Data.Pdf.PdfDocument])
for ($index = 0; $index -lt $pdf.PageCount; $index++) {
  $page = $pdf.GetPage($index)
  $options = New-Object Windows.Data.Pdf.PdfPageRenderOptions
  $options.DestinationWidth = [uint32]($page.Size.Width * 300 / 96)
  $stream = New-Object Windows.Storage.Streams.InMemoryRandomAccessStream
  Wait-Action ($page.RenderToStreamAsync($stream, $options))
  [System.Drawing.Image]::FromStream([System.IO.WindowsRuntimeStreamExtensions]::AsStream($stream))
}
}
$path = $env:PRILAVOK_PRINT_FILE
$images = if ([System.IO.File]::ReadAllText($path).StartsWith('%PDF')) { @(Read-Pdf $path) } else { @([System.Drawing.Image]::FromFile($path)) }
$document = New-Object System.Drawing.Printing.PrintDocument
$document.PrinterSettings.PrinterName = $name
$document.DocumentName = $title
$document.PrintController = New-Object System.Drawing.Printing.StandardPrintController
$script:at = 0
$document.add_PrintPage({ param($sender, $event)
  $image = $images[$script:at]
  $bounds = $event.PageBounds
  $scale = [Math]::Min($bounds.Width / $image.Width, $bounds.Height / $image.Height)
  $event.Graphics.DrawImage($image, [single]0, [single]0, [single]($image.Width * $scale), [single]($image.Height * $scale))
  $script:at++
  $event.HasMorePages = $script:at -lt $images.Count
})
[Console]::Out.WriteLine('giving')
$document.Print()
[Console]::Out.WriteLine('job ' + $title)
`;

/** A job that has left its queue was printed if the log of the print service says so, and is not known otherwise. */
const STATE = `
$ErrorActionPreference = 'Stop'
$title = $env:PRILAVOK_PRINT_TITLE
$job = Get-PrintJob -PrinterName $env:PRILAVOK_PRINTER | Where-Object { $_.DocumentName -eq $title } | Select-Object -Last 1
if ($job) { [Console]::Out.WriteLine('queue ' + $job.JobStatus); exit 0 }
$log = Get-WinEvent -FilterHashtable @{ LogName = 'Microsoft-Windows-PrintService/Operational'; Id = 307 } -MaxEvents 200 -ErrorAction SilentlyContinue
if ($log | Where-Object { $_.Properties[1].Value -eq $title }) { [Console]::Out.WriteLine('printed') } else { [Console]::Out.WriteLine('gone') }
`;

const TROUBLE = `
$ErrorActionPreference = 'Stop'
[Console]::Out.WriteLine((Get-Printer -Name $env:PRILAVOK_PRINTER).PrinterStatus)
`;

/** @param name of the printer, as Windows shows it. */
export function createWindowsPrinter(name: string, command = 'powershell.exe'): Printer {
  const run = (script: string, timeoutMs: number, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    runCommand(
      command,
      ['-NoProfile', '-NonInteractive', '-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
      { timeoutMs, env: { ...env, PRILAVOK_PRINTER: name } },
    );
  return {
    submit: async (file, title) => {
      const env = { PRILAVOK_PRINT_FILE: file, PRILAVOK_PRINT_TITLE: title };
      const { code, stdout, stderr } = await run(SUBMIT, SUBMIT_MS, env);
      if (code === 'missing') return { refused: 'there is no PowerShell on this machine' };
      if (code === 0 && stdout.includes(`job ${title}`)) return { reference: title };
      // Before the system got the pages nothing can have been printed; after that nobody knows.
      if (code !== 'late' && !stdout.includes('giving')) {
        return { refused: stderr.trim().split('\n')[0] || `PowerShell ended with ${code}` };
      }
      throw new Error('whether Windows took the pages is not known');
    },
    state: async (reference) => {
      const { code, stdout } = await run(STATE, ASK_MS, { PRILAVOK_PRINT_TITLE: reference });
      return code === 0 ? readState(stdout.trim()) : 'waiting';
    },
    trouble: async () => {
      const { code, stdout } = await run(TROUBLE, ASK_MS);
      if (code !== 0) return undefined;
      if (/PaperOut|PaperProblem|PaperJam/i.test(stdout)) return 'no_paper';
      return /Paused|Error|Offline|NotAvailable|UserIntervention/i.test(stdout) ? 'stopped' : undefined;
    },
  };
}

/** What `STATE` says: a job in its queue with its flags, or what became of one that has left it. */
function readState(said: string): PrinterAnswer {
  if (said === 'printed') return 'printed';
  if (said === 'gone') return 'unknown';
  if (/Deleted|Deleting/.test(said)) return 'failed';
  // Some drivers keep what they have printed in the queue.
  return /Printed|Complete|Retained/.test(said) ? 'printed' : 'waiting';
}
