using System.Net.Sockets;
using Kith.Apps.Copying;
using Kith.Apps.Local;
using Kith.Node.Control;

namespace Kith.Apps.Proxying.Socks;

/// <summary>
/// A SOCKS 5 proxy (RFC 1928): CONNECT by name, IPv4 and IPv6, without authentication; BIND and UDP ASSOCIATE are refused. Names are looked up here and never by the client's machine.
/// </summary>
internal sealed class SocksProxy
{
    private readonly IProxyDialer _dialer;
    private readonly ProblemReport _problems;

    /// <summary>Makes a proxy.</summary>
    public SocksProxy(IProxyDialer dialer, ProblemReport problems)
    {
        _dialer = dialer;
        _problems = problems;
    }

    /// <summary>Serves one connection to its end.</summary>
    public Task ServeAsync(Socket socket, CancellationToken cancellationToken) => ServeAsync(new SocketEnd(socket), cancellationToken);

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync(IDuplexEnd client, CancellationToken cancellationToken)
    {
        await using (client.ConfigureAwait(false))
        {
            HeadReader reader = new(client, SocksGreeting.BytesMax + SocksRequest.BytesMax);
            (IDuplexEnd? far, ProxyDestination destination) = await MeetAsync(client, reader, cancellationToken).ConfigureAwait(false);
            if (far is not null)
            {
                CopyResult result = await DuplexCopy.RunAsync(new PrefixedEnd(client, reader.Rest.ToArray()), far, cancellationToken).ConfigureAwait(false);
                _problems.SayOf(result, far, destination);
            }
        }
    }

    /// <summary>The code that tells a client what happened.</summary>
    public static SocksReplyCode CodeOf(ControlError error) => error switch
    {
        ControlError.UnknownDevice or ControlError.AmbiguousDevice or ControlError.DeviceOffline => SocksReplyCode.HostUnreachable,
        ControlError.PortRefused => SocksReplyCode.ConnectionRefused,
        ControlError.Timeout => SocksReplyCode.TimeToLiveExpired,
        ControlError.NotPermitted => SocksReplyCode.NotAllowed,
        _ => SocksReplyCode.GeneralFailure,
    };

    private async ValueTask<(IDuplexEnd? Far, ProxyDestination Destination)> MeetAsync(IDuplexEnd client, HeadReader reader, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(HeadReader.Patience);
        (bool isGreeting, SocksGreeting greeting) = await reader.ReadAsync<SocksGreeting>(SocksGreeting.TryDecode, patience.Token).ConfigureAwait(false);
        if (!isGreeting)
        {
            return default;
        }

        await client.WriteAsync(greeting.Answer, cancellationToken).ConfigureAwait(false);
        if (!greeting.OffersNoAuthentication)
        {
            return default;
        }

        SocksReplyCode refusal = SocksReplyCode.GeneralFailure;
        (bool isRequest, SocksRequest request) = await reader.ReadAsync(
            (ReadOnlySpan<byte> input, out SocksRequest message, out int consumed) => SocksRequest.TryDecode(input, out message, out consumed, out refusal),
            patience.Token).ConfigureAwait(false);
        if (!isRequest || request.Command != SocksRequest.Connect)
        {
            await client.WriteAsync(SocksReply.Encode(isRequest ? SocksReplyCode.CommandNotSupported : refusal), cancellationToken).ConfigureAwait(false);
            return default;
        }

        patience.CancelAfter(Timeout.Infinite);
        (SocksReplyCode code, IDuplexEnd? far) = await DialAsync(request.Destination, cancellationToken).ConfigureAwait(false);
        await client.WriteAsync(SocksReply.Encode(code), cancellationToken).ConfigureAwait(false);
        return (far, request.Destination);
    }

    private async ValueTask<(SocksReplyCode Code, IDuplexEnd? Far)> DialAsync(ProxyDestination destination, CancellationToken cancellationToken)
    {
        try
        {
            return (SocksReplyCode.Succeeded, await _dialer.DialAsync(destination, cancellationToken).ConfigureAwait(false));
        }
        catch (ProxyRefusedException)
        {
            return (SocksReplyCode.NotAllowed, null);
        }
        catch (ControlException problem)
        {
            _problems.Say(problem);
            return (CodeOf(problem.Error), null);
        }
    }
}
