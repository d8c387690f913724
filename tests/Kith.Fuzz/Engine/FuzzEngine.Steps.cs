namespace Kith.Fuzz.Engine;

/// <content>What it does, an input at a step.</content>
internal sealed partial class FuzzEngine
{
    // In the short form a few samples of many kilobytes must not use up what mutations should have.
    private const double FlipShare = 0.5;

    private IEnumerable<bool> Steps()
    {
        for (int i = 0; i < _samples.Begin.Count && _failure is null; i++)
        {
            byte[] sample = _samples.Begin[i];
            if (!Try(sample) && _failure is null && _target.AcceptsCorpus && i < _madeCount)
            {
                _failure = $"corpus sample {i} is not accepted: {Convert.ToHexStringLower(sample)}";
            }

            yield return true;
        }

        foreach (bool step in Flips())
        {
            yield return step;
        }

        while (_inputs < Limits.Inputs && _failure is null)
        {
            Try(_mutator.Mutate(_samples.Pick(_random), _samples.Pick(_random)));
            yield return true;
        }
    }

    private IEnumerable<bool> Flips()
    {
        _flips = _flipped.Sum(static sample => sample.Length * 9L);
        long room = Limits.FlipsAlways ? long.MaxValue : (long)(Limits.Inputs * FlipShare);
        int stride = (int)Math.Max(1, (_flips + room - 1) / Math.Max(1, room));
        long number = 0;
        foreach (byte[] sample in _flipped)
        {
            for (int length = 0; length < sample.Length; length++)
            {
                if (number++ % stride == 0)
                {
                    Try(sample.AsSpan(0, length));
                    _flipsDone++;
                    yield return true;
                }
            }

            byte[] flipped = [.. sample];
            for (long bit = 0; bit < sample.Length * 8L; bit++)
            {
                if (number++ % stride == 0)
                {
                    flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
                    Try(flipped);
                    flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
                    _flipsDone++;
                    yield return true;
                }
            }
        }
    }
}
