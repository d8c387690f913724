using System.Collections;

namespace Kith.Protocol.Membership;

/// <summary>The statements behind the entries of a graph, in order of arrival, without a second list of them.</summary>
internal sealed class ArrivedStatements(IReadOnlyList<LogEntry> entries) : IReadOnlyList<Statement>
{
    public int Count => entries.Count;

    public Statement this[int index] => entries[index].Statement;

    public IEnumerator<Statement> GetEnumerator()
    {
        for (int i = 0; i < entries.Count; i++)
        {
            yield return entries[i].Statement;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
