using System.Diagnostics;

namespace Kith.Fuzz;

/// <summary>Runs one target from a seed: first its corpus, cut at every byte and with every bit flipped, then mutations until the number is reached.</summary>
internal sealed class FuzzEngine
{
    /// <summary>What a target may allocate per input on average.</summary>
    public const long AverageAllocatedBytesMax = 64 * 1024;

    /// <summary>What a single input may make a target allocate: a length field must not be able to ask for more.</summary>
    public const long InputAllocatedBytesMax = 16 * 1024 * 1024;

    /// <summary>How much more the heap may hold after a target than when the program started.</summary>
    public const long HeapGrowthBytesMax = 64 * 1024 * 1024;

    private const int LearnedMax = 256;
    private const int ShrinkStepsMax = 2000;

    private readonly IFuzzTarget _target;
    private readonly ulong _seed;
    private readonly long _wanted;
    private readonly FuzzRandom _random;
    private readonly List<byte[]> _samples = [];
    private readonly int _corpusCount;
    private byte[] _current;
    private int _currentLength;
    private long _inputs;
    private long _accepted;
    private long _allocated;
    private string? _failure;

    public FuzzEngine(IFuzzTarget target, ulong seed, long inputs)
    {
        _target = target;
        _seed = seed;
        _wanted = inputs;
        _random = new FuzzRandom(FuzzRandom.Derive(seed, target.Name));
        _samples.AddRange(target.Corpus);
        _corpusCount = _samples.Count;
        _current = new byte[target.InputBytesMax];
    }

    /// <summary>Inputs finished so far; read by the thread that looks for targets that hang.</summary>
    public long Progress => Volatile.Read(ref _inputs);

    /// <summary>The target's name.</summary>
    public string Name => _target.Name;

    /// <summary>The input being handled, for the report on a target that hangs.</summary>
    public string CurrentHex => Convert.ToHexStringLower(_current.AsSpan(0, _currentLength));

    /// <summary>Runs to the end or to the first failure.</summary>
    public FuzzReport Run(long heapBytesAtStart)
    {
        long started = Stopwatch.GetTimestamp();
        if (_corpusCount == 0)
        {
            _failure = "the target has no corpus";
        }
        else
        {
            RunCorpus();
            RunMutations();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (_failure is null && _accepted == 0)
        {
            _failure = "no input was ever accepted: the target tests nothing";
        }

        if (_failure is null && _allocated / Math.Max(1, _inputs) > AverageAllocatedBytesMax)
        {
            _failure = $"{_allocated / _inputs} bytes allocated per input, more than {AverageAllocatedBytesMax}";
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - heapBytesAtStart;
        if (_failure is null && growth > HeapGrowthBytesMax)
        {
            _failure = $"the heap has grown by {growth} bytes, more than {HeapGrowthBytesMax}";
        }

        return new FuzzReport(_target.Name, _inputs, _accepted, seconds, _allocated, _failure);
    }

    /// <summary>Runs one input only; null if all is well.</summary>
    public string? RunOne(ReadOnlySpan<byte> input)
    {
        Try(input);
        return _failure;
    }

    private void RunCorpus()
    {
        for (int i = 0; i < _corpusCount && _failure is null; i++)
        {
            byte[] sample = _samples[i];
            bool accepted = Try(sample);
            if (!accepted && _failure is null && _target.AcceptsCorpus)
            {
                _failure = $"corpus sample {i} is not accepted: {Convert.ToHexStringLower(sample)}";
            }
        }

        for (int i = 0; i < _corpusCount && _failure is null; i++)
        {
            // A few samples of many kilobytes must not use up what mutations should have.
            byte[] sample = _samples[i];
            long share = Math.Max(1, _wanted / 2 / _corpusCount);
            int stride = (int)Math.Max(1, ((sample.Length * 9L) + share - 1) / share);
            for (int length = 0; length < sample.Length && _failure is null; length += stride)
            {
                Try(sample.AsSpan(0, length));
            }

            byte[] flipped = [.. sample];
            for (long bit = 0; bit < sample.Length * 8L && _failure is null; bit += stride)
            {
                flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
                Try(flipped);
                flipped[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            }
        }
    }

    private void RunMutations()
    {
        Mutator mutator = new(_random, [.. _target.Dictionary], _target.InputBytesMax);
        while (_inputs < _wanted && _failure is null)
        {
            byte[] sample = _samples[_random.Below(_samples.Count)];
            byte[] other = _samples[_random.Below(_samples.Count)];
            ReadOnlySpan<byte> input = mutator.Mutate(sample, other);
            if (Try(input) && _random.Below(32) == 0)
            {
                Learn(input);
            }
        }
    }

    /// <summary>Keeps some accepted inputs to mutate further, so that changes that only mean something together can add up.</summary>
    private void Learn(ReadOnlySpan<byte> input)
    {
        if (_samples.Count < _corpusCount + LearnedMax)
        {
            _samples.Add(input.ToArray());
        }
        else
        {
            _samples[_corpusCount + _random.Below(LearnedMax)] = input.ToArray();
        }
    }

    private bool Try(ReadOnlySpan<byte> input)
    {
        if (input.Length > _current.Length)
        {
            _current = new byte[input.Length];
        }

        input.CopyTo(_current);
        _currentLength = input.Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? complaint = Attempt(input, out bool accepted);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _allocated += allocated;
        _accepted += accepted ? 1 : 0;
        Volatile.Write(ref _inputs, _inputs + 1);
        if (complaint is null && allocated > InputAllocatedBytesMax)
        {
            complaint = $"one input made it allocate {allocated} bytes";
        }

        if (complaint is not null)
        {
            Report(input, complaint);
        }

        return accepted;
    }

    private string? Attempt(ReadOnlySpan<byte> input, out bool accepted)
    {
        accepted = false;
        try
        {
            accepted = _target.Run(input);
            return null;
        }
        catch (OracleException exception)
        {
            return exception.Message;
        }
#pragma warning disable CA1031 // Whatever a parser throws is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.ToString();
        }
    }

    private void Report(ReadOnlySpan<byte> input, string complaint)
    {
        byte[] shrunk = Shrink(input.ToArray());
        _failure = $"""
            {complaint}
                input {_inputs} of seed {_seed}: {Convert.ToHexStringLower(input)}
                shrunk: {Convert.ToHexStringLower(shrunk)}
                again:  Kith.Fuzz --target {_target.Name} --hex {Convert.ToHexStringLower(input)}
                all:    Kith.Fuzz --target {_target.Name} --seed {_seed} --inputs {_wanted}
            """;
    }

    /// <summary>Leaves out whatever is not needed to fail.</summary>
    private byte[] Shrink(byte[] input)
    {
        int steps = 0;
        for (int piece = Math.Max(1, input.Length / 2); piece >= 1; piece /= 2)
        {
            for (int at = 0; at < input.Length && steps < ShrinkStepsMax; steps++)
            {
                int count = Math.Min(piece, input.Length - at);
                byte[] shorter = [.. input[..at], .. input[(at + count)..]];
                if (Attempt(shorter, out _) is not null)
                {
                    input = shorter;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }
}
