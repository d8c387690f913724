namespace Kith.Fuzz.Engine;

/// <summary>The last inputs of a machine with a memory, so that what needs several of them to fail can be had again.</summary>
internal sealed class RecentInputs(int capacityBytes)
{
    private readonly byte[] _ring = new byte[capacityBytes];
    private readonly Queue<(int Offset, int Length)> _inputs = new(1024);
    private int _end;

    /// <summary>Keeps a copy of an input and forgets what it overwrites.</summary>
    public void Add(ReadOnlySpan<byte> input)
    {
        if (input.Length > _ring.Length)
        {
            return;
        }

        int offset = _end + input.Length <= _ring.Length ? _end : 0;
        if (offset == 0 && _end != 0)
        {
            Forget(_end, _ring.Length);
        }

        Forget(offset, offset + input.Length);
        input.CopyTo(_ring.AsSpan(offset));
        _inputs.Enqueue((offset, input.Length));
        _end = offset + input.Length;
    }

    /// <summary>Them all, the oldest first.</summary>
    public IEnumerable<byte[]> All() => _inputs.Select(place => _ring.AsSpan(place.Offset, place.Length).ToArray());

    private void Forget(int from, int to)
    {
        while (_inputs.TryPeek(out (int Offset, int Length) oldest) && ((oldest.Offset >= from && oldest.Offset < to) || _inputs.Count >= 4096))
        {
            _inputs.Dequeue();
        }
    }
}
