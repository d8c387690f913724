using Kith.Cli.CommandLine;
using Kith.Cli.Daemon.Logging;
using Kith.Cli.Output;
using Kith.Node.Control;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kith.Cli.Daemon;

/// <summary>What `kith up` shows a person at a terminal: networks, members and paths, and the last log lines, drawn again each second.</summary>
internal static class LiveView
{
    /// <summary>The time between two drawings.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Draws until cancelled. The node's failures to answer end it silently: whoever runs the node hears of them elsewhere.</summary>
    public static async Task RunAsync(
        CommandServices services,
        INodeControl node,
        RecentLines recent,
        string stateDirectory,
        CancellationToken cancellationToken)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = services.Terminal.UseColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(services.Terminal.Output),
        });
        try
        {
            NodeStatus status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            await console.Live(Draw(status, services, recent, stateDirectory)).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
            {
                using PeriodicTimer timer = new(Interval);
                while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                {
                    status = await node.GetStatusAsync(cancellationToken).ConfigureAwait(false);
                    live.UpdateTarget(Draw(status, services, recent, stateDirectory));
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end of the node is the end of the view.
        }
        catch (ControlException)
        {
            // The node is stopping.
        }
    }

    private static Rows Draw(NodeStatus status, CommandServices services, RecentLines recent, string stateDirectory)
    {
        List<IRenderable> rows = [];
        foreach (string line in StatusText.Welcome(status, stateDirectory))
        {
            rows.Add(new Text(line));
        }

        foreach (NetworkStatus network in status.Networks)
        {
            rows.Add(Text.Empty);
            rows.Add(new Text(network.Name, new Style(decoration: Decoration.Bold)));
            rows.Add(TableOf(network, services.Clock.GetUtcNow()));
        }

        rows.Add(Text.Empty);
        rows.AddRange(recent.Snapshot().Select(line => new Text(line, new Style(decoration: Decoration.Dim)).Overflow(Overflow.Ellipsis)));
        rows.Add(new Text("Ctrl-C stops the node.", new Style(decoration: Decoration.Dim)));
        return new Rows(rows);
    }

    private static Table TableOf(NetworkStatus network, DateTimeOffset now)
    {
        Table table = new Table().Border(TableBorder.None).LeftAligned();
        foreach (string head in (string[])["NAME", "ROLE", "IPV4", "IPV6", "SEEN", "PATH", "RTT"])
        {
            table.AddColumn(new TableColumn(new Text(head, new Style(decoration: Decoration.Dim))).NoWrap());
        }

        foreach (MemberStatus member in network.Members)
        {
            Style style = member.Online ? Style.Plain : new Style(decoration: Decoration.Dim);
            Style seen = member.Online ? new Style(Color.Green) : style;
            table.AddRow(
                new Text(member.Name, style),
                new Text(Words.Of(member.Role), style),
                new Text(member.Ipv4 ?? Words.Nothing, style),
                new Text(member.Ipv6, style),
                new Text(Words.Seen(member, now), seen),
                new Text(member.Path.Kind == PathKind.Self ? Words.Nothing : Words.Of(member.Path), style),
                new Text(Words.Milliseconds(member.Path.RttMilliseconds), style));
        }

        return table;
    }
}
