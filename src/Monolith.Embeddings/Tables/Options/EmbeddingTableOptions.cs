using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>What an <see cref="EmbeddingTable"/> holds and by which rules.</summary>
/// <example>
/// <code>
/// var options = new EmbeddingTableOptions { Name = "items", Expiry = new TimeToLiveOptions(TimeSpan.FromDays(90)) };
/// options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 16, Optimizer = new AdagradOptions() });
/// using var items = new EmbeddingTable(options, new() { MemoryLimitBytes = 1L &lt;&lt; 28 });
/// </code>
/// </example>
public sealed class EmbeddingTableOptions : IValidatedOptions
{
    /// <summary>The largest number of stripes: 1,024.</summary>
    public const int MaxStripes = 1024;

    /// <summary>The largest number of weights in a row: 16,384.</summary>
    public const int MaxDimension = 16384;

    /// <summary>The largest number of segments in a row: 4,096.</summary>
    public const int MaxSegments = StoredLimits.Segments;

    /// <summary>The longest name of a table or a segment: 256 bytes of UTF-8.</summary>
    public const int MaxNameBytes = StoredLimits.NameBytes;

    /// <summary>The longest removal history: 1,048,576.</summary>
    public const int MaxRemovalHistory = 1 << 20;

    /// <summary>The largest number of rows in a stripe: 2^30.</summary>
    public const int MaxRowsPerStripe = 1 << 30;

    /// <summary>
    /// The name, unique in the set: not blank, well-formed UTF-16, of up to <see cref="MaxNameBytes"/> bytes in UTF-8. New rows depend on
    /// it.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>The parts of a row, 1 to <see cref="MaxSegments"/>. Gradients and lookups see their concatenation.</summary>
    public IList<SegmentOptions> Segments { get; private set; } = [];

    /// <summary>Which ids may get a row; null (the default): every id, at once.</summary>
    public AdmissionFilterOptions? Admission { get; set; }

    /// <summary>Which rows must go at the limit; null (the default): none.</summary>
    public ExpiryPolicyOptions? Expiry { get; set; }

    /// <summary>
    /// How often a trainer evicts by <see cref="Expiry"/>; a bare time span is event time. Null (the default): as often as the trainer's
    /// <c>OnlineTrainerOptions.EvictEvery</c> says. Set it for a table whose rows live shorter than those of others, or whose eviction is
    /// to be rarer. By the clock, what is learned depends on when it evicts. It is no part of the fingerprint, and may be changed.
    /// </summary>
    public Schedule? EvictEvery { get; set; }

    /// <summary>
    /// How often replicas get what changed in the table, where a trainer commits to a store: with the first commit that is made when it is
    /// due. A bare time span is by the clock. Null (the default): with each commit. Set it for a table that is large, or changes in most of
    /// its rows, and that replicas may have a while later than the others: commits for replicas are smaller by as much. An id that changes
    /// often is then sent once. Replicas keep the rows that they have meanwhile (<c>ReplicaVersion.Tables</c> says which), removed ones
    /// too. What training goes on from always holds all tables, and each full has all for replicas too. <see cref="Schedule.Never"/>: with
    /// fulls alone. It changes nothing of what is learned, is no part of the fingerprint, and may be changed.
    /// </summary>
    public Schedule? SparseEvery { get; set; }

    /// <summary>
    /// The largest number of rows, at least 1; null (the default): as many as the set's memory limit allows. See <see
    /// cref="EmbeddingTable.RowLimit"/>.
    /// </summary>
    public long? MaxRows { get; set; }

    /// <summary>
    /// Which rows go when the table is full: the lowest of a policy's scores, a 64th of the rows at a time, in favour of new ids. Null (the
    /// default): no row, and new ids are refused and counted.
    /// </summary>
    public EvictionPolicyOptions? AtLimit { get; set; }

    /// <summary>
    /// Whether a row counts the occurrences that it was created for and those that it learned from; 4 bytes a row. The occurrence that
    /// creates a row in training counts for both. Default false.
    /// </summary>
    public bool TrackFrequency { get; set; }

    /// <summary>Whether a row keeps the event time of the call that created it; 4 bytes a row. Default false.</summary>
    public bool TrackAdmissionTime { get; set; }

    /// <summary>What becomes of a gradient with NaN or infinity. Default: <see cref="NonFiniteGradients.Skip"/>.</summary>
    public NonFiniteGradients NonFiniteGradients { get; set; }

    /// <summary>
    /// How many independently locked parts the table has at most: a power of two, 1 to <see cref="MaxStripes"/>. Default 64. A small memory
    /// limit lowers it; no value depends on it, and neither does who gets a row.
    /// </summary>
    public int Stripes { get; set; } = 64;

    /// <summary>
    /// How many rows to have room for from the start: 0 to <see cref="MaxRowsPerStripe"/> times <see cref="Stripes"/>. Default 0: the table
    /// grows as it is filled. The memory limit counts them from the start, so that other tables of the set cannot take their room.
    /// </summary>
    public long InitialCapacity { get; set; }

    /// <summary>
    /// Whether ids are packed by <c>FeatureId.Of</c>, so that their slot bits mean something; batches then refuse other ids. Default false:
    /// all 64 bits are the id.
    /// </summary>
    public bool IdsCarrySlots { get; set; }

    /// <summary>
    /// How many removals the table remembers, so that <see cref="EmbeddingTable.Explain"/> can say when and why a row went: 0, for none, to
    /// <see cref="MaxRemovalHistory"/>. Each stripe remembers its part, at least one; 24 bytes each, which count toward the memory limit,
    /// and together take at most 1/128 of it. Default 4,096.
    /// </summary>
    public int RemovalHistory { get; set; } = 4096;

    /// <summary>Which bits of a mixed id place it in a stripe and its index; tests make all ids collide with it.</summary>
    internal ulong HashMask { get; set; } = ulong.MaxValue;

    /// <summary>From which number of changes on rows get new ones; tests let it happen often.</summary>
    internal uint RenumberChangesAt { get; set; } = 1u << 31;

    /// <summary>The half-life that the policies' counts of occurrences decay by; they must agree.</summary>
    internal TimeSpan? FrequencyHalfLife => AtLimit is { NeedsFrequency: true } ? AtLimit.FrequencyHalfLife : Expiry?.FrequencyHalfLife;

    /// <summary>What policies may know about the table.</summary>
    internal TableTraits Traits => new()
    {
        Segments = SegmentTraits(),
        IdsCarrySlots = IdsCarrySlots,
        TracksFrequency = TrackFrequency,
        TracksAdmissionTime = TrackAdmissionTime,
        FrequencyHalfLife = NestedOptions.Ask(this, o => o.FrequencyHalfLife, null),
    };

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        StoredNames.Collect(errors, nameof(Name), Name, "a table");
        errors.InRange(nameof(Stripes), Stripes, 1, MaxStripes);
        errors.Require(int.IsPow2(Stripes), nameof(Stripes), $"{Stripes} is not a power of two.");
        errors.InRange(nameof(InitialCapacity), InitialCapacity, 0, (double)MaxRowsPerStripe * Math.Clamp(Stripes, 1, MaxStripes));
        errors.InRange(nameof(RemovalHistory), RemovalHistory, 0, MaxRemovalHistory);
        errors.Require(Enum.IsDefined(NonFiniteGradients), nameof(NonFiniteGradients), $"{NonFiniteGradients} is not a policy.");
        CollectSegmentErrors(errors);
        CollectLimitErrors(errors);
        if (Admission is not null) CollectAdmissionErrors(Admission, errors);
        EvictEvery?.CollectErrors(errors, nameof(EvictEvery));
        SparseEvery?.CollectErrors(errors, nameof(SparseEvery));
        if (Expiry is null) return;
        errors.Nested(nameof(Expiry), Expiry);
        errors.Nested(nameof(Expiry), new ExpiryFit(Expiry, Traits));
    }

    /// <summary>The options as they are now; those of plug-ins are shared.</summary>
    internal EmbeddingTableOptions Copy()
    {
        var copy = (EmbeddingTableOptions)MemberwiseClone();
        copy.Segments = [.. Segments.Select(segment => segment.Copy())];
        return copy;
    }

    private List<SegmentTraits> SegmentTraits()
    {
        var (traits, offset) = (new List<SegmentTraits>(), 0);
        foreach (var segment in Segments.Where(s => s is not null))
        {
            traits.Add(new SegmentTraits { Name = segment.Name, Offset = offset, Dimension = segment.Dimension });
            offset += segment.Dimension;
        }
        return traits;
    }

    private void CollectLimitErrors(OptionErrors errors)
    {
        if (MaxRows is { } rows)
        {
            errors.InRange(nameof(MaxRows), rows, 1);
            errors.Require(rows >= InitialCapacity, nameof(MaxRows), $"{rows} is less than {nameof(InitialCapacity)}, {InitialCapacity}.");
        }
        if (AtLimit is null) return;
        errors.Nested(nameof(AtLimit), AtLimit);
        AtLimit.CollectTableErrors(errors, nameof(AtLimit), Traits);
    }

    private void CollectAdmissionErrors(AdmissionFilterOptions admission, OptionErrors errors)
    {
        var before = errors.Errors.Count;
        errors.Nested(nameof(Admission), admission);
        if (errors.Errors.Count > before) return;
        errors.Require(IdsCarrySlots || !NestedOptions.Ask(admission, a => a.NeedsSlots, false), nameof(Admission),
            $"reads the slots of ids; set {nameof(IdsCarrySlots)}, and make ids by FeatureId.Of.");
    }

    private void CollectSegmentErrors(OptionErrors errors)
    {
        errors.Require(Segments.Count > 0, nameof(Segments), "is empty; a row needs at least one segment.");
        errors.Require(Segments.Count <= MaxSegments, nameof(Segments), $"has {Segments.Count} segments; a row has at most {MaxSegments}.");
        for (var i = 0; i < Segments.Count; i++) errors.Nested($"{nameof(Segments)}[{i}]", Segments[i]);
        foreach (var group in Segments.Where(s => s is not null).GroupBy(s => s.Name).Where(g => g.Count() > 1))
            errors.Add(nameof(Segments), $"{group.Count()} segments are called '{group.Key}'; names are unique in a row.");
        var dimension = Segments.Sum(s => (long)(s?.Dimension ?? 0));
        errors.Require(dimension <= MaxDimension, nameof(Segments), $"hold {dimension} weights a row; at most {MaxDimension} are allowed.");
    }
}
