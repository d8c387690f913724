using Kith.Node.Control;

namespace Kith.Cli.Output;

/// <summary>Why a device is reached as it is, as text.</summary>
internal static class WhyText
{
    /// <summary>Writes what `kith why` prints.</summary>
    public static void Write(Terminal terminal, WhyReport report, DateTimeOffset now)
    {
        string seen = report.LastSeen is { } at ? $"last heard of {Words.Span(now > at ? now - at : TimeSpan.Zero)} ago" : "never heard of";
        string how = report.Online ? $"{Words.Of(report.Path)}, {Words.Milliseconds(report.Path.RttMilliseconds)}" : $"not reachable, {seen}";
        terminal.WriteLine($"{terminal.Styled(report.Device, TextStyle.Bold)}: {how}");
        terminal.WriteLine(report.Reason);
        terminal.WriteLine();
        WriteSide(terminal, "this side", report.Own);
        WriteSide(terminal, "that side", report.Peer);
        if (report.Attempts is { } attempts)
        {
            terminal.WriteLine($"opening    {attempts}");
        }

        if (report.Candidates.Count > 0)
        {
            terminal.WriteLine();
            TextTable table = new("  ", "STATE", "WAY", "RTT", "WHAT CAME OF IT", "KNOWN FROM");
            foreach (WhyCandidate candidate in report.Candidates)
            {
                TextStyle style = candidate.State switch
                {
                    "used" => TextStyle.Green,
                    "failed" => TextStyle.Dim,
                    _ => TextStyle.Plain,
                };
                table.Add(
                    (candidate.State, style),
                    (Words.Of(candidate.Path), style),
                    (Words.Milliseconds(candidate.Path.RttMilliseconds), style),
                    (candidate.Text, style),
                    (string.Join(", ", candidate.From), TextStyle.Dim));
            }

            foreach (string line in table.Lines(terminal))
            {
                terminal.WriteLine(line);
            }
        }

        if (report.Sources.Count > 0)
        {
            terminal.WriteLine();
            TextTable table = new("  ", "SOURCE", "SAID", "WHAT");
            foreach (WhySource source in report.Sources)
            {
                string name = source.Name is { } which ? $"{source.Source} {which}" : source.Source;
                string when = source.SaidAt is { } said ? $"{Words.Span(now > said ? now - said : TimeSpan.Zero)} ago" : source.Asked is { } asked ? $"asked {Words.Span(now > asked ? now - asked : TimeSpan.Zero)} ago" : "-";
                table.Add((name, TextStyle.Plain), (when, TextStyle.Plain), (source.Text, TextStyle.Plain));
            }

            foreach (string line in table.Lines(terminal))
            {
                terminal.WriteLine(line);
            }
        }

        foreach (string advice in report.Advice)
        {
            terminal.WriteLine();
            terminal.WriteLine(advice);
        }
    }

    private static void WriteSide(Terminal terminal, string side, NatStatus nat)
    {
        string outside = (nat.Ipv4 ?? nat.Ipv6) is { } seen ? $", seen at {seen}" : string.Empty;
        string filtering = nat.Filtering is { } words ? $"; it {words}" : string.Empty;
        terminal.WriteLine($"{side}  {nat.Text}{outside}{filtering}");
    }
}
