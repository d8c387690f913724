using System.Buffers;
using System.Net.WebSockets;
using Kith.Node;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat;

/// <summary>
/// A small client for the hub, on nothing but what ASP.NET Core brings. With the package Microsoft.AspNetCore.SignalR.Client it would be:
/// <code>
/// new HubConnectionBuilder().WithUrl("http://nas:8090/chat", options =>
/// {
///     options.HttpMessageHandlerFactory = _ => node.CreateHttpHandler();
///     options.Transports = HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
/// })
/// </code>
/// </summary>
internal sealed class HubClient : IInvocationBinder, IAsyncDisposable
{
    private readonly JsonHubProtocol _protocol = new();
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _said = new(0);
    private readonly HttpMessageInvoker _invoker;

    private HubClient(KithNode node) => _invoker = new HttpMessageInvoker(node.CreateHttpHandler());

    public static async Task<HubClient> ConnectAsync(KithNode node, Uri address)
    {
        HubClient client = new(node);
        await client._socket.ConnectAsync(address, client._invoker, CancellationToken.None);
        ArrayBufferWriter<byte> hello = new();
        HandshakeProtocol.WriteRequestMessage(new HandshakeRequestMessage(client._protocol.Name, client._protocol.Version), hello);
        await client._socket.SendAsync(hello.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        ReadOnlySequence<byte> answer = new(await client.ReceiveAsync());
        return HandshakeProtocol.TryParseResponseMessage(ref answer, out HandshakeResponseMessage? response) && response.Error is null
            ? client
            : throw new IOException($"The hub refuses: {response?.Error}");
    }

    // Returns when all have been told.
    public async Task SayAsync(string what)
    {
        await _socket.SendAsync(_protocol.GetMessageBytes(new InvocationMessage("1", "Say", [what])), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await _said.WaitAsync();
    }

    public async Task HearAsync(Action<string, string> hear)
    {
        while (_socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            ReadOnlySequence<byte> messages = new(await ReceiveAsync());
            while (_protocol.TryParseMessage(ref messages, this, out HubMessage? message))
            {
                if (message is InvocationMessage { Target: "Said" } said)
                {
                    hear((string)said.Arguments[0]!, (string)said.Arguments[1]!);
                }
                else if (message is CompletionMessage)
                {
                    _said.Release();
                }
            }
        }
    }

    public Task CloseAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _said.Dispose();
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    IReadOnlyList<Type> IInvocationBinder.GetParameterTypes(string methodName) => [typeof(string), typeof(string)];

    Type IInvocationBinder.GetReturnType(string invocationId) => typeof(object);

    Type IInvocationBinder.GetStreamItemType(string streamId) => typeof(object);

    private async Task<byte[]> ReceiveAsync()
    {
        ArrayBufferWriter<byte> all = new();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(all.GetMemory(), CancellationToken.None);
            all.Advance(part.Count);
        }
        while (!part.EndOfMessage);
        return all.WrittenSpan.ToArray();
    }
}
