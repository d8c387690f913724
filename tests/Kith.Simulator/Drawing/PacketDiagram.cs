using System.Globalization;
using System.Text;
using Kith.Simulator.Net;

namespace Kith.Simulator.Drawing;

/// <summary>
/// The flow of packets as a human reads it: time goes down, each machine has a column, an arrow stands where a datagram arrives, an <c>x</c> where one ends on its way, and
/// what breaks or is told stands on the right. A column is a bar while the machine's node runs, a dot while it is down, a <c>z</c> while it stands still or sleeps.
/// </summary>
internal sealed class PacketDiagram(TextWriter output, Simulation simulation)
{
    private const int TimeWidth = 11;
    private const int ColumnsMax = 16;
    private const int LinesToHeader = 40;

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<(SimMachine From, SimMachine To), long> _newest = [];
    private int _lines = LinesToHeader;
    private int _columns;

    private int Width => _columns switch
    {
        <= 4 => 24,
        <= 7 => 18,
        _ => 12,
    };

    /// <summary>What stands on an arrow. Ask as it leaves: later the sender's keys are gone.</summary>
#pragma warning disable CA1822 // Asked of a diagram, so that nobody pays for it who has none.
    public string Describe(SimMachine from, ushort port, ReadOnlySpan<byte> datagram) => PacketText.Describe(from, port, datagram);
#pragma warning restore CA1822

    /// <summary>A datagram has come to a machine.</summary>
    public void Arrived(TimeSpan at, SimDatagram datagram, SimMachine to, TimeSpan took)
    {
        long newest = _newest.GetValueOrDefault((datagram.Sender, to));
        bool isLate = datagram.Number < newest;
        _newest[(datagram.Sender, to)] = Math.Max(newest, datagram.Number);
        string remark = string.Join(", ", new[]
        {
            took >= s_slow ? string.Create(CultureInfo.InvariantCulture, $"took {took.TotalSeconds:F2} s") : "",
            isLate ? "overtaken" : "",
            to.Host is null ? "nobody there" : "",
        }.Where(part => part.Length > 0));
        Arrow(at, datagram.Sender, to, datagram.Label ?? "", remark, isLost: false);
    }

    /// <summary>A datagram has ended on its way.</summary>
    public void Lost(TimeSpan at, SimMachine from, SimMachine? to, string? label, string why) => Arrow(at, from, to, label ?? "", why, isLost: true);

    /// <summary>Something broke, was mended or was told.</summary>
    public void Note(TimeSpan at, string text) => Write(at, Lifelines(), $"* {text}");

    private void Arrow(TimeSpan at, SimMachine from, SimMachine? to, string label, string remark, bool isLost)
    {
        char[] line = Lifelines();
        int start = Centre(from);
        int end = to is null ? start + (start + (Width / 2) + 2 < line.Length ? Width / 2 : -Width / 2) : Centre(to);
        if (from.Index >= ColumnsMax || to?.Index >= ColumnsMax || start == end)
        {
            Write(at, line, $"{from} -> {to?.Name ?? "?"}: {label}{(remark.Length > 0 ? $" ({remark})" : "")}");
            return;
        }

        int step = Math.Sign(end - start);
        int tip = end - step;
        for (int i = start + step; i != end; i += step)
        {
            line[i] = '-';
        }

        if (isLost)
        {
            int cut = to is null ? 2 : Math.Min(4, Math.Abs(end - start) / 4);
            for (int i = 0; i < cut; i++)
            {
                line[tip] = tip % Width == Width / 2 ? '|' : ' ';
                tip -= step;
            }
        }

        line[tip] = isLost ? 'x' : step > 0 ? '>' : '<';
        int low = Math.Min(start, tip) + 1;
        int room = Math.Abs(start - tip) - 3;
        if (label.Length <= room)
        {
            label.CopyTo(line.AsSpan(low + 1 + ((room - label.Length) / 2)));
            label = "";
        }

        Write(at, line, string.Join(": ", new[] { label, remark }.Where(part => part.Length > 0)));
    }

    private int Centre(SimMachine machine) => (machine.Index * Width) + (Width / 2);

    private char[] Lifelines()
    {
        int columns = Math.Min(simulation.Machines.Count, ColumnsMax);
        if (columns != _columns)
        {
            _columns = columns;
            _lines = LinesToHeader;
        }

        char[] line = new char[columns * Width];
        Array.Fill(line, ' ');
        for (int i = 0; i < columns; i++)
        {
            SimMachine machine = simulation.Machines[i];
            line[Centre(machine)] = machine.Host is null ? '.' : machine.IsRunning ? '|' : 'z';
        }

        return line;
    }

    private void Write(TimeSpan at, char[] line, string remark)
    {
        if (_lines++ >= LinesToHeader)
        {
            _lines = 1;
            StringBuilder names = new(new string(' ', TimeWidth));
            foreach (SimMachine machine in simulation.Machines.Take(ColumnsMax))
            {
                int left = (Width - machine.Name.Length) / 2;
                names.Append(' ', Math.Max(0, left)).Append(machine.Name).Append(' ', Math.Max(0, Width - left - machine.Name.Length));
            }

            output.WriteLine(names.ToString().TrimEnd());
        }

        output.WriteLine($"{string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,9:F3} s")}{new string(line)} {remark}".TrimEnd());
    }
}
