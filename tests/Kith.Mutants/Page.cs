using System.Text;

namespace Kith.Mutants;

/// <summary>Writes the page that lists the bugs and what caught them.</summary>
internal static class Page
{
    private const int NamesMax = 4;

    /// <summary>Writes it.</summary>
    public static void Write(Places places, IReadOnlyList<Outcome> outcomes)
    {
        int caught = outcomes.Count(static outcome => outcome.IsCaught);
        StringBuilder page = new();
        page.AppendLine("# Planted bugs");
        page.AppendLine();
        page.AppendLine("Written by `tests/Kith.Mutants/run --page`. Each bug is a change of one place in the sources that somebody could have made. A copy of the sources is built");
        page.AppendLine("with all of them, each behind a switch; what users get has none of it. `tests/Kith.Mutants/run NAME` repeats one, `KITH_TEST_LONG=1 tests/Kith.Mutants/run` sets");
        page.AppendLine("all unit tests and the simulator on each.");
        page.AppendLine();
        page.AppendLine("| what | figure | bar |");
        page.AppendLine("|---|---|---|");
        page.AppendLine($"| planted bugs that the tests catch | {caught} of {outcomes.Count} | {BugList.BarFor(outcomes.Count)} |");
        page.AppendLine($"| of these, survived when they were first planted (one was noticed by a vector alone), until a test was written | {outcomes.Count(static outcome => outcome.Bug.Gap is not null)} | |");
        page.AppendLine();
        page.AppendLine("| bug | what it would mean | place | caught by |");
        page.AppendLine("|---|---|---|---|");
        foreach (Outcome outcome in outcomes)
        {
            string by = outcome.IsCaught ? string.Join("<br>", outcome.Catches.Take(NamesMax).Select(static name => $"`{name}`")) : "**nothing: it survives**";
            string more = outcome.Catches.Count > NamesMax ? $"<br>and {outcome.Catches.Count - NamesMax} more" : "";
            page.AppendLine($"| {outcome.Bug.Name} | {outcome.Bug.Meaning} | {Path.GetFileName(outcome.Bug.File)} | {by}{more} |");
        }

        Outcome[] gaps = [.. outcomes.Where(static outcome => outcome.Bug.Gap is not null)];
        if (gaps.Length > 0)
        {
            page.AppendLine();
            page.AppendLine("## What survived at first");
            page.AppendLine();
            foreach (Outcome outcome in gaps)
            {
                page.AppendLine($"- {outcome.Bug.Name}: {outcome.Bug.Gap}");
            }
        }

        page.AppendLine();
        page.AppendLine("On the way: a newcomer that met a full disk came in at its second try without being stored, and the member it came through did not speak to it before a");
        page.AppendLine("restart. Mended; `NodeCoreTests.a_newcomer_is_not_let_in_while_the_disk_is_full` holds it.");
        File.WriteAllText(places.Page, page.ToString());
    }
}
