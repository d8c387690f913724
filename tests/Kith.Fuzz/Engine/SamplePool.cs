namespace Kith.Fuzz.Engine;

/// <summary>The inputs that others are made of: the good ones to begin from, those kept in the repository, some that were accepted, and those that came to a new outcome.</summary>
internal sealed class SamplePool
{
    private const int AcceptedMax = 256;
    private const int NewMax = 1024;
    private const int OutcomesMax = 16 * 1024;

    private readonly List<byte[]> _begin;
    private readonly List<byte[]> _accepted = [];
    private readonly List<byte[]> _new = [];
    private readonly HashSet<ulong> _outcomes = [];

    public SamplePool(IEnumerable<byte[]> begin) => _begin = [.. begin];

    /// <summary>Good inputs, and those of the repository.</summary>
    public IReadOnlyList<byte[]> Begin => _begin;

    /// <summary>Inputs that came to an outcome nobody had come to before.</summary>
    public IReadOnlyList<byte[]> New => _new;

    /// <summary>Different outcomes so far.</summary>
    public int Outcomes => _outcomes.Count;

    /// <summary>One of them all; those to begin from as often as the others together.</summary>
    public byte[] Pick(FuzzRandom random)
    {
        int learned = _accepted.Count + _new.Count;
        if (learned == 0 || random.Below(2) == 0)
        {
            return _begin[random.Below(_begin.Count)];
        }

        int index = random.Below(learned);
        return index < _new.Count ? _new[index] : _accepted[index - _new.Count];
    }

    /// <summary>Takes note of an outcome; keeps the input if it is new, and some of those that were accepted.</summary>
    public void Learn(FuzzRandom random, ReadOnlySpan<byte> input, ulong outcome, bool accepted)
    {
        if (_outcomes.Count < OutcomesMax && _outcomes.Add(outcome) && _new.Count < NewMax)
        {
            _new.Add(input.ToArray());
        }
        else if (accepted && random.Below(32) == 0)
        {
            if (_accepted.Count < AcceptedMax)
            {
                _accepted.Add(input.ToArray());
            }
            else
            {
                _accepted[random.Below(AcceptedMax)] = input.ToArray();
            }
        }
    }
}
