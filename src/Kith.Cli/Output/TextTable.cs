using System.Text;

namespace Kith.Cli.Output;

/// <summary>A table of aligned columns, two spaces apart, without lines. Widths are those of the text without its style.</summary>
internal sealed class TextTable
{
    private readonly List<(string Text, TextStyle Style)[]> _rows = [];
    private readonly string _indent;

    /// <summary>Makes a table with a head.</summary>
    public TextTable(string indent, params string[] head)
    {
        _indent = indent;
        _rows.Add([.. head.Select(text => (text, TextStyle.Dim))]);
    }

    /// <summary>Adds a row of as many cells as the head has.</summary>
    public void Add(params (string Text, TextStyle Style)[] cells) => _rows.Add(cells);

    /// <summary>The lines, without trailing spaces. A column that is empty but for its head is left out.</summary>
    public IEnumerable<string> Lines(Terminal terminal)
    {
        int columns = _rows[0].Length;
        int[] widths = new int[columns];
        bool[] isUsed = new bool[columns];
        for (int row = 0; row < _rows.Count; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int length = _rows[row][column].Text.Length;
                widths[column] = Math.Max(widths[column], length);
                isUsed[column] |= row > 0 && length > 0;
            }
        }

        foreach ((string Text, TextStyle Style)[] row in _rows)
        {
            StringBuilder line = new(_indent);
            int owed = 0;
            for (int column = 0; column < columns; column++)
            {
                if (!isUsed[column])
                {
                    continue;
                }

                (string text, TextStyle style) = row[column];
                if (text.Length > 0)
                {
                    line.Append(' ', owed).Append(terminal.Styled(text, style));
                    owed = 0;
                }

                owed += widths[column] - text.Length + 2;
            }

            yield return line.ToString();
        }
    }
}
