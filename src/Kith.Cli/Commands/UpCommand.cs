using System.CommandLine;
using System.Text.Json;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Cli.Commands;

/// <summary>`kith up`.</summary>
internal static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "up",
            "Start the node; the first time it founds the network `home`, or joins the one of an invite",
            "sudo kith up",
            "sudo kith up --detach --name server",
            "kith up --no-tun --join INVITE",
            "sudo kith up --detach --join INVITE",
            "sudo kith up --join INVITE --peer 192.0.2.7:5484");
        Option<string?> name = new("--name") { Description = "This device's name (default: the host name)", HelpName = "DEVICE" };
        Option<string?> network = new("--network") { Description = "The name of the network that the first start founds (default: home)", HelpName = "NAME" };
        Option<string?> join = new("--join") { Description = "Join with this invite instead; - reads it from the input", HelpName = "INVITE" };
        Option<string?> tun = new("--tun") { Description = "The name of the network device (default: kith0)", HelpName = "NAME", CustomParser = Parsers.TunName };
        Option<bool> noTun = new("--no-tun") { Description = "Run in user space, without a network device and without any rights; --tun NAME undoes it" };
        Option<ushort?> port = new("--port") { Description = "The UDP port (default: 5484)", HelpName = "N", CustomParser = Parsers.Port };
        Option<ushort?> tcpPort = new("--tcp-port")
        {
            Description = "Take connections over TCP here too, best at 443, from members whose network blocks UDP; off for none (default: off)",
            HelpName = "N",
            CustomParser = Parsers.TcpPort,
        };
        Option<string[]> peers = new("--peer")
        {
            Description = "Where a member may be found; remembered; may be given several times; none forgets them (default: none)",
            HelpName = "HOST:PORT",
            CustomParser = Parsers.Peers,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<MappingProtocol?> mapping = new("--port-mapping")
        {
            Description = "How routers are asked for an open port: pcp, natpmp, upnp, several with commas, all or off (default: all)",
            HelpName = "WAYS",
            CustomParser = Parsers.PortMapping,
        };
        Option<TimeSpan?> mappingLifetime = new("--port-mapping-lifetime")
        {
            Description = "How long routers are asked to keep the port open; renewed at half of it (default: 2h)",
            HelpName = "TIME",
            CustomParser = result => Parsers.Span(result),
            Hidden = true,
        };
        Option<bool> noMapping = new("--no-port-mapping") { Description = "Ask no router for an open port; the same as --port-mapping off" };
        Option<bool> relay = new("--relay") { Description = "Pass packets on between other members of this device's networks; the default, and how to undo --no-relay" };
        Option<bool> noRelay = new("--no-relay") { Description = "Pass nothing on for others" };
        Option<long?> relayRate = new("--relay-rate")
        {
            Description = "How many bytes a second are passed on for others at most, for example 500k or 20M; 0 for no limit (default: 0)",
            HelpName = "BYTES",
            CustomParser = Parsers.Rate,
        };
        Option<string[]> stun = new("--stun")
        {
            Description = "A STUN server that may be asked where it sees this device; may be given several times (default: a few public ones)",
            HelpName = "HOST[:PORT]",
            CustomParser = Parsers.StunServers,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> noStun = new("--no-stun") { Description = "Ask no STUN server, ever" };
        Option<bool> dht = new("--dht") { Description = "Look for members in BitTorrent's Mainline DHT too; the default, and how to undo --no-dht" };
        Option<bool> noDht = new("--no-dht") { Description = "Take no part in the DHT" };
        Option<string?> dhtBootstrap = new("--dht-bootstrap")
        {
            Description = "The nodes the DHT is entered through, with commas between; none begins one of its own (default: public ones)",
            HelpName = "HOST:PORT,...",
            CustomParser = Parsers.DhtBootstrap,
        };
        Option<string[]> trackers = new("--tracker")
        {
            Description = "A BitTorrent tracker that members also meet at, under a hash that tells strangers nothing; may be given several times; none undoes it (default: none)",
            HelpName = "URL",
            CustomParser = Parsers.Trackers,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string[]> dns = new("--dns")
        {
            Description = "A name under which a record of a member is looked for (see kith dns-record); may be given several times; none undoes it (default: none)",
            HelpName = "NAME",
            CustomParser = Parsers.DnsNames,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> lan = new("--lan") { Description = "Look for members on the local network too; the default, and how to undo --no-lan" };
        Option<bool> noLan = new("--no-lan") { Description = "Neither look for members on the local network nor be found there" };
        Option<bool> cache = new("--cache") { Description = "Try members where they were last known to be; the default, and how to undo --no-cache" };
        Option<bool> noCache = new("--no-cache") { Description = "Forget at each start where members were" };
        Option<bool> detach = new("--detach") { Description = "Go to the background and return when the node is ready; its log is kith.log in the state directory" };
        command.Add(name);
        command.Add(network);
        command.Add(join);
        command.Add(tun);
        command.Add(noTun);
        command.Add(port);
        command.Add(tcpPort);
        command.Add(peers);
        command.Add(mapping);
        command.Add(mappingLifetime);
        command.Add(noMapping);
        command.Add(relay);
        command.Add(noRelay);
        command.Add(relayRate);
        command.Add(stun);
        command.Add(noStun);
        command.Add(dht);
        command.Add(noDht);
        command.Add(dhtBootstrap);
        command.Add(trackers);
        command.Add(dns);
        command.Add(lan);
        command.Add(noLan);
        command.Add(cache);
        command.Add(noCache);
        command.Add(detach);
        command.SetAction(async (result, cancellationToken) =>
        {
            if (services.ReadEnvironment(Background.Variable) is not null)
            {
                NodeStartOptions handedOver = Background.ReadOptions(services.Input());
                return await new NodeDaemon(services, handedOver, UpManner.Background).RunAsync().ConfigureAwait(false);
            }

            NodeStartOptions start = new()
            {
                StateDirectory = options.StateDirectory(result),
                DeviceName = result.GetValue(name),
                NetworkName = result.GetValue(network),
                Join = result.GetValue(join) is { } invite ? new string(InviteText.Read(invite, services).AsSpan()) : null,
                TunName = result.GetValue(tun),
                UseTun = result.GetValue(noTun) ? false : result.GetValue(tun) is not null ? true : null,
                Port = result.GetValue(port),
                PortMapping = result.GetValue(noMapping) ? MappingProtocol.None : result.GetValue(mapping),
                RelayForOthers = result.GetValue(noRelay) ? false : result.GetValue(relay) ? true : null,
                RelayBytesPerSecondMax = result.GetValue(relayRate),
                TcpPort = result.GetValue(tcpPort),
                StunServers = result.GetValue(noStun) ? [] : result.GetValue(stun) is { Length: > 0 } servers ? servers : null,
                UseDht = result.GetValue(noDht) ? false : result.GetValue(dht) ? true : null,
                DhtBootstrap = result.GetValue(dhtBootstrap),
                Trackers = Chosen(result.GetValue(trackers)),
                DnsNames = Chosen(result.GetValue(dns)),
                UseLan = result.GetValue(noLan) ? false : result.GetValue(lan) ? true : null,
                UseCache = result.GetValue(noCache) ? false : result.GetValue(cache) ? true : null,
                PortMappingLifetime = result.GetValue(mappingLifetime),
                Peers = Chosen(result.GetValue(peers)),
            };
            bool asJson = result.GetValue(options.Json);
            if (await HandOverAsync(services, start, asJson, cancellationToken).ConfigureAwait(false))
            {
                return ExitCodes.Done;
            }

            if (result.GetValue(detach))
            {
                return await DetachAsync(services, start, asJson, cancellationToken).ConfigureAwait(false);
            }

            UpManner manner = asJson ? UpManner.Json : services.Terminal.IsInteractive ? UpManner.Live : UpManner.Plain;
            return await new NodeDaemon(services, start, manner).RunAsync().ConfigureAwait(false);
        });
        return command;
    }

    // Nothing given keeps what is remembered; the word none is an empty choice.
    private static string[]? Chosen(string[]? given) => given switch
    {
        null or [] => null,
        ["none"] => [],
        _ => given,
    };

    /// <summary>Where a node runs already: gives it the invite, if there is one, and says so. Returns whether that was so.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.StateInUse"/>: one runs, and there is nothing to hand over.</exception>
    private static async Task<bool> HandOverAsync(CommandServices services, NodeStartOptions start, bool asJson, CancellationToken cancellationToken)
    {
        if (!File.Exists(ControlSocketPath.For(start.StateDirectory)))
        {
            return false;
        }

        INodeControl node = services.Connect(start.StateDirectory);
        await using (node.ConfigureAwait(false))
        {
            try
            {
                NodeStatus status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
                if (start.Join is null)
                {
                    throw new ControlException(
                        ControlError.StateInUse,
                        $"Kith is up already: {status.Node.Name} runs on {start.StateDirectory}.",
                        "See it with: kith status. To start it anew: kith down, then kith up");
                }

                NetworkStatus joined = await node.JoinAsync(new JoinRequest(start.Join), cancellationToken).ConfigureAwait(false);
                if (asJson)
                {
                    services.Terminal.WriteLine(JsonSerializer.Serialize(
                        await node.GetStatusAsync(cancellationToken).ConfigureAwait(false),
                        ControlJson.Default.NodeStatus));
                }
                else
                {
                    services.Terminal.Remark("Kith is up already; the running node has joined.");
                    JoinCommand.Write(services, joined);
                }

                return true;
            }
            catch (ControlException failure) when (failure.Error == ControlError.NodeNotRunning)
            {
                // The socket of a node that was killed: the new one will replace it.
                return false;
            }
        }
    }

    private static async Task<int> DetachAsync(CommandServices services, NodeStartOptions start, bool asJson, CancellationToken cancellationToken)
    {
        int? failed = await Background.StartAsync(services, start, asJson, cancellationToken).ConfigureAwait(false);
        if (failed is { } code)
        {
            return code;
        }

        INodeControl node = services.Connect(start.StateDirectory);
        await using (node.ConfigureAwait(false))
        {
            NodeStatus status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (asJson)
            {
                services.Terminal.WriteLine(JsonSerializer.Serialize(status, ControlJson.Default.NodeStatus));
            }
            else
            {
                foreach (string line in StatusText.Welcome(status, start.StateDirectory))
                {
                    services.Terminal.WriteLine(line);
                }
            }
        }

        return ExitCodes.Done;
    }
}
