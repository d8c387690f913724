using Kith.Fuzz.Memory;

namespace Kith.Fuzz.Engine;

/// <summary>
/// Runs one target from a seed: its samples as they are, then each cut at every byte and with every bit flipped, then mutations, until the number or the time is
/// reached. Goes on where it stopped when it is run again. One thread at a time.
/// </summary>
internal sealed partial class FuzzEngine
{
    /// <summary>How much more the heap may hold after a target than when the program started.</summary>
    public const long HeapGrowthBytesMax = 96 * 1024 * 1024;

    private const int RecentBytes = 256 * 1024;

    private readonly IFuzzTarget _target;
    private readonly ulong _seed;
    private readonly FuzzRandom _random;
    private readonly SamplePool _samples;
    private readonly IReadOnlyList<byte[]> _flipped;
    private readonly RecentInputs _recent = new(RecentBytes);
    private readonly Mutator _mutator;
    private readonly IEnumerator<bool> _steps;
    private readonly int _madeCount;
    private InputRunner? _runner;
    private long _inputs;
    private long _accepted;
    private long _flips;
    private long _flipsDone;
    private bool _isEnd;
    private string? _failure;

    public FuzzEngine(IFuzzTarget target, ulong seed, FuzzLimits limits)
    {
        _target = target;
        _seed = seed;
        Limits = limits;
        _random = new FuzzRandom(FuzzRandom.Derive(seed, target.Name));
        byte[][] made = [.. target.Corpus];
        byte[][] kept = FuzzCorpus.Load(target.Name);
        _madeCount = made.Length;
        _samples = new SamplePool([.. made, .. kept]);
        _flipped = _samples.Begin;
        _mutator = new Mutator(_random, [.. target.Dictionary], target.InputBytesMax, target.Structure);
        _steps = Steps().GetEnumerator();
    }

    /// <summary>What it is to do.</summary>
    public FuzzLimits Limits { get; }

    /// <summary>The target's name.</summary>
    public string Name => _target.Name;

    /// <summary>Inputs finished so far; read by the thread that looks for targets that hang.</summary>
    public long Progress => Volatile.Read(ref _inputs);

    /// <summary>Processor seconds so far.</summary>
    public double Seconds { get; private set; }

    /// <summary>Whether there is nothing more to do, for good or ill.</summary>
    public bool IsFinished => _failure is not null || _isEnd;

    /// <summary>Processor seconds that are probably missing to the end.</summary>
    public double SecondsMissing => IsFinished ? 0 : Seconds / Math.Max(1, _inputs) * Math.Max(0, Limits.Inputs - _inputs);

    /// <summary>Inputs that came to new outcomes, for the corpus.</summary>
    public IReadOnlyList<byte[]> New => _samples.New;

    /// <summary>Goes on for so many processor seconds, or to the end or the first failure.</summary>
    public void Run(Worker worker, double seconds)
    {
        _runner ??= new InputRunner(_target, worker);
        _runner.Worker = worker;
        worker.Crash?.Begin(_target.Name);
        double started = ThreadTime.Seconds;
        double used = 0;
        int untilLook = 1;
        while (used < seconds && _failure is null && !_isEnd)
        {
            if (--untilLook == 0)
            {
                // Reading the thread's clock takes as long as a fast input.
                double now = ThreadTime.Seconds - started;
                untilLook = now - used < 0.001 ? 256 : 8;
                used = now;
            }

            _isEnd = !_steps.MoveNext();
        }

        Seconds += ThreadTime.Seconds - started;
    }

    /// <summary>What came of it.</summary>
    public FuzzReport Report(long heapBytesAtStart)
    {
        long growth = GC.GetTotalMemory(forceFullCollection: true) - heapBytesAtStart;
        string? failure = _failure
            ?? (_madeCount == 0 ? "the target has no corpus"
            : _accepted == 0 ? "no input was ever accepted: the target tests nothing"
            : growth > HeapGrowthBytesMax ? $"the heap has grown by {growth} bytes, more than {HeapGrowthBytesMax}"
            : null);
        InputRunner runner = _runner!;
        return new FuzzReport(
            _target.Name, _inputs, _accepted, Seconds, runner.Allocated, runner.MostAllocated, runner.MostMilliseconds, _samples.Outcomes, _flipsDone == _flips && _flips > 0, failure);
    }

    /// <summary>Runs some inputs only, one after the other; null if all is well.</summary>
    public string? RunOnly(Worker worker, IEnumerable<byte[]> inputs)
    {
        _runner = new InputRunner(_target, worker);
        worker.Crash?.Begin(_target.Name);
        foreach (byte[] input in inputs)
        {
            if (_runner.Try(input, out _) is { } complaint)
            {
                return complaint;
            }
        }

        return null;
    }

    private bool Try(ReadOnlySpan<byte> input)
    {
        _recent.Add(input);
        string? complaint = _runner!.Try(input, out bool accepted);
        _accepted += accepted ? 1 : 0;
        Volatile.Write(ref _inputs, _inputs + 1);
        if (complaint is not null)
        {
            _failure = Describe(input.ToArray(), complaint);
        }
        else
        {
            _samples.Learn(_random, input, _runner.Outcome, accepted);
        }

        return accepted;
    }

    private string Describe(byte[] input, string complaint)
    {
        byte[] shrunk = Shrinker.Shrink(input, shorter => _runner!.Try(shorter, out _) is not null);
        string file = FuzzCorpus.KeepRecent(_target.Name, _recent.All());
        return $"""
            {complaint}
                input {_inputs} of seed {_seed}: {Convert.ToHexStringLower(input)}
                shrunk: {Convert.ToHexStringLower(shrunk)}
                again:  Kith.Fuzz --target {_target.Name} --hex {Convert.ToHexStringLower(input)}
                what came before it, for a machine with a memory:  Kith.Fuzz --target {_target.Name} --replay {file}
            """;
    }
}
