using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Sources;

/// <summary>What each source last said of one member: one word each.</summary>
public sealed class SourceLog
{
    /// <summary>The most words kept; the one that was said longest ago gives way.</summary>
    public const int WordsMax = 16;

    private readonly List<SourceWord> _words = [];

    /// <summary>All of them, in no order that means anything.</summary>
    public IReadOnlyList<SourceWord> Words => _words;

    /// <summary>It was asked.</summary>
    public void NoteAsked(Instant now, DiscoverySource source, string name = "")
    {
        int index = Find(source, name);
        if (index < 0)
        {
            Add(new SourceWord(source, name, now, null, ""));
        }
        else
        {
            _words[index] = _words[index] with { Asked = now };
        }
    }

    /// <summary>It said something.</summary>
    public void Note(Instant now, DiscoverySource source, string name, string said)
    {
        int index = Find(source, name);
        if (index < 0)
        {
            Add(new SourceWord(source, name, null, now, said));
        }
        else
        {
            _words[index] = _words[index] with { SaidAt = now, Said = said };
        }
    }

    private int Find(DiscoverySource source, string name) => _words.FindIndex(word => word.Source == source && word.Name == name);

    private void Add(SourceWord word)
    {
        if (_words.Count >= WordsMax)
        {
            _words.RemoveAt(_words.IndexOf(_words.MinBy(static old => Instant.Max(old.Asked ?? default, old.SaidAt ?? default))!));
        }

        _words.Add(word);
    }
}
