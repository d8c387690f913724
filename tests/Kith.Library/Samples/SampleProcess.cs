using System.Diagnostics;
using System.Threading.Channels;
using Kith.Library.Harness;

namespace Kith.Library.Samples;

/// <summary>A sample that runs as a program of its own, with the package and not with the projects.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _all = [];

    private SampleProcess(string name, IEnumerable<string> arguments)
    {
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../samples/bin", name, "release", name));
        if (!File.Exists(program))
        {
            Assert.Skip($"{name} is not built; ./test library builds it.");
        }

        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Logging__LogLevel__Default"] = "Warning" },
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a sample as a device.</summary>
    public static SampleProcess Start(string name, TestFolder folder, string device, params string[] arguments) => new(
        name,
        [
            $"--Kith:StateDirectory={folder.At(device)}",
            $"--Kith:DeviceName={device}",
            "--Kith:UseDht=false",
            "--Kith:StunServers=",
            "--Kith:PortMapping=None",
            .. arguments,
        ]);

    /// <summary>The rest of the next line that begins so.</summary>
    public async Task<string> ExpectAsync(string beginning)
    {
        try
        {
            while (true)
            {
                string line = await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestNodes.Patience);
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return line[beginning.Length..];
                }
            }
        }
        catch (Exception failure) when (failure is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"No line begins with '{beginning}':\n{string.Join('\n', _all)}");
        }
    }

    public async Task SayAsync(string line) => await _process.StandardInput.WriteLineAsync(line);

    /// <summary>Ends its input and waits for its end.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TestNodes.Patience);
        Assert.True(_process.ExitCode == 0, string.Join('\n', _all));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_all)
        {
            _all.Add(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
