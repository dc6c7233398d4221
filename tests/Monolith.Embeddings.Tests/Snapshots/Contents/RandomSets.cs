using System.Text;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>Sets of any legal shape: names of all of Unicode, few and many parts, every option.</summary>
/// <param name="seed">Which one.</param>
internal sealed class RandomSets(int seed)
{
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _names = [];

    /// <summary>Options of a set's tables.</summary>
    public List<EmbeddingTableOptions> Tables() => [.. Enumerable.Range(0, Count(4, 30)).Select(_ => LegalTable())];

    public Dictionary<string, ReadOnlyMemory<byte>> Sections()
    {
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>();
        for (var rest = Count(3, 200) - 1; rest > 0; rest--)
        {
            var bytes = new byte[_random.Next(4) == 0 ? _random.Next(3_000_000) : _random.Next(3)];
            _random.NextBytes(bytes);
            sections[Name().Replace('/', '-')] = bytes;
        }
        return sections;
    }

    public SnapshotChainOptions Options() => new()
    {
        PublishServing = _random.Next(2) == 0,
        RestoreThreads = _random.Next(1, 5),
        RereadBytes = _random.Next(2) == 0 ? _random.Next(100_000) : 16 << 20,
        RestoreBeforePublishing = _random.Next(2) == 0,
    };

    private static bool IsLegal(IValidatedOptions options)
    {
        var errors = new OptionErrors();
        options.CollectErrors(errors);
        return errors.Errors.Count == 0;
    }

    // Parts by themselves first: of many, one would always be wrong.
    private EmbeddingTableOptions LegalTable()
    {
        while (true)
        {
            var table = Table();
            if (IsLegal(table)) return table;
        }
    }

    private SegmentOptions LegalSegment()
    {
        while (true)
        {
            var segment = Segment();
            if (IsLegal(segment)) return segment;
        }
    }

    private EmbeddingTableOptions Table()
    {
        var table = new EmbeddingTableOptions
        {
            Name = Name(),
            Stripes = 1 << _random.Next(7),
            TrackFrequency = _random.Next(2) == 0,
            TrackAdmissionTime = _random.Next(2) == 0,
            IdsCarrySlots = _random.Next(4) == 0,
            RemovalHistory = _random.Next(3) * 10,
            NonFiniteGradients = Pick(Enum.GetValues<NonFiniteGradients>()),
            MaxRows = _random.Next(3) == 0 ? _random.Next(50, 1000) : null,
            InitialCapacity = _random.Next(5) == 0 ? _random.Next(50) : 0,
        };
        for (var rest = Count(3, 300); rest > 0; rest--) table.Segments.Add(LegalSegment());
        if (_random.Next(2) == 0)
            table.Admission = Some<AdmissionFilterOptions>() is MinOccurrencesOptions ? Occurrences() : Some<AdmissionFilterOptions>();
        if (_random.Next(2) == 0) table.Expiry = Some<ExpiryPolicyOptions>();
        if (_random.Next(3) == 0) table.AtLimit = Some<EvictionPolicyOptions>();
        return table;
    }

    private SegmentOptions Segment() => new()
    {
        Name = Name(),
        Dimension = Count(6, 40),
        Optimizer = Some<OptimizerOptions>(),
        Initializer = Some<InitializerOptions>(),
        Precision = _random.Next(2) == 0 ? RowPrecision.Float32 : Pick(Enum.GetValues<RowPrecision>()),
        StatePrecision = _random.Next(2) == 0 ? RowPrecision.Float32 : RowPrecision.BFloat16,
    };

    private MinOccurrencesOptions Occurrences() => new(_random.Next(5))
    {
        Counter = _random.Next(2) == 0 ? new ExactCounterOptions() : new SketchCounterOptions { Capacity = 1000 },
        HalfLifeSteps = _random.Next(2) == 0 ? 3 : null,
    };

    // One of the library's own, with its defaults.
    private T Some<T>()
        where T : class =>
        (T)Activator.CreateInstance(Pick([.. typeof(T).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract && type.GetConstructor([]) is not null)]))!;

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];

    private int Count(int usual, int extreme) => _random.Next(20) == 0 ? extreme : _random.Next(1, usual + 1);

    private string Name()
    {
        while (true)
        {
            var (name, length) = (new StringBuilder(), _random.Next(10) == 0 ? 64 : _random.Next(1, 8));
            for (var i = 0; i < length; i++) name.Append(Rune());
            if (!string.IsNullOrWhiteSpace(name.ToString()) && _names.Add(name.ToString())) return name.ToString();
        }
    }

    private Rune Rune()
    {
        var end = _random.Next(3) switch { 0 => 0x80, 1 => 0x10000, _ => 0x110000 };
        while (true)
        {
            if (System.Text.Rune.TryCreate(_random.Next(end), out var rune)) return rune;
        }
    }
}
