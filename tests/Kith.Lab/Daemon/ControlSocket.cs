using System.Net.Sockets;
using Kith.Lab.Harness;

namespace Kith.Lab.Daemon;

/// <summary>
/// Asks a node in a host for its status without starting a process, so that a scenario can look many times a second and take next to nothing
/// from the cores it measures on. The socket lies in the host's own mounts and is reached through its first process.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    /// <summary>Prepares; nothing is opened before the first question.</summary>
    public ControlSocket(LabHost host, string state)
    {
        string path = $"/proc/{host.Space.ProcessId}/root{state}/control.sock";
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://kith"), Timeout = AnswerLimit };
    }

    /// <summary>The status, as `kith status --json` prints it; null if no node answers.</summary>
    public async Task<string?> TryReadStatusAsync()
    {
        try
        {
            return await _http.GetStringAsync(new Uri("/v1/status", UriKind.Relative));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
