using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Names;

/// <summary>
/// Answers names on this node's virtual addresses and hooks the system's resolution up to them: systemd-resolved where programs use it and port 53 could be had, else
/// the hosts file. Calls come one at a time.
/// </summary>
internal sealed class NameService : INameService
{
    private readonly NameServiceOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<InternetAddress, DnsServer> _servers = [];
    private INameHook? _hook;
    private NameTable? _applied;
    private volatile HashSet<IPAddress> _own = [];

    /// <summary>Begins with no names, and takes out what an earlier node with the same device left behind when it crashed.</summary>
    public NameService(NameServiceOptions options, ILogger<NameService> logger)
    {
        _options = options;
        _logger = logger;
        if (options.Link is not null)
        {
            Try(new HostsHook(options.HostsPath, options.Link).Remove, "remove what was left in " + options.HostsPath);
        }
    }

    /// <summary>The way into the system's resolution that is in use, for people; null before the first names, without a link, or if it does not work.</summary>
    public string? HookDescription => _applied is null ? null : _hook?.Description;

    /// <summary>Where names are answered, with the port.</summary>
    public IReadOnlyList<InternetEndpoint> Listening => [.. _servers.Values.Select(static server => new InternetEndpoint(server.Address, server.BoundPort))];

    /// <summary>Takes the names of a node that crashed out of the hosts file; for <c>kith down</c> when no node runs.</summary>
    /// <exception cref="IOException">It did not work.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static void RemoveLeftovers(NameServiceOptions options)
    {
        if (options.Link is not null)
        {
            new HostsHook(options.HostsPath, options.Link).Remove();
        }
    }

    /// <inheritdoc/>
    public void Update(NameTable names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (_applied?.IsSameAs(names) == true)
        {
            return;
        }

        _own = [.. names.OwnAddresses.Select(static address => address.ToIPAddress())];
        Serve(names);
        if (_options.Link is not { } link)
        {
            _applied = names;
            return;
        }

        InternetAddress[] servers = [.. names.OwnAddresses.Where(_servers.ContainsKey)];
        _hook ??= servers.Length > 0 && _options is { UseResolved: true, Port: DnsServer.Port } && OperatingSystem.IsLinux() && ResolvedHook.IsInUse()
            ? new ResolvedHook(link)
            : new HostsHook(_options.HostsPath, link);
        if (Try(() => _hook.Apply(names, servers), "hook names into " + _hook.Description))
        {
            _applied = names;
        }
        else if (_hook is ResolvedHook)
        {
            // It was there a moment ago; the hosts file always is.
            Try(_hook.Remove, "undo " + _hook.Description);
            _hook = new HostsHook(_options.HostsPath, link);
            _applied = Try(() => _hook.Apply(names, servers), "hook names into " + _hook.Description) ? names : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_hook is not null)
        {
            Try(_hook.Remove, "undo " + _hook.Description);
        }

        foreach (DnsServer server in _servers.Values)
        {
            server.Dispose();
        }

        _hook = null;
        _servers.Clear();
    }

    private void Serve(NameTable names)
    {
        NameResponder responder = new(names);
        foreach (InternetAddress gone in _servers.Keys.Except(names.OwnAddresses).ToArray())
        {
            _servers[gone].Dispose();
            _servers.Remove(gone);
        }

        foreach (InternetAddress address in names.OwnAddresses)
        {
            if (_servers.TryGetValue(address, out DnsServer? server))
            {
                server.Responder = responder;
                continue;
            }

            try
            {
                _servers[address] = new DnsServer(address, _options.Port, responder, IsLocal);
            }
            catch (SocketException exception)
            {
                _logger.NamesNotServed(address.ToString(), _options.Port, exception.Message);
            }
        }
    }

    private bool IsLocal(IPAddress source) => IPAddress.IsLoopback(source) || _own.Contains(source);

    private bool Try(Action action, string what)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.NamesFailed(what, exception.Message);
            return false;
        }
    }
}
