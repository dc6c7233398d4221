using System.Runtime.CompilerServices;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>What all stripes of a table have in common: the layout of a row and the rules of its segments. Immutable.</summary>
internal sealed partial class TableRules
{
    private readonly SegmentRules[] _segments;
    private readonly FrequencyDecay? _decay;

    /// <exception cref="ArgumentException">
    /// An optimizer wants a state that no row can have, or a plug-in has a name that no file can hold.
    /// </exception>
    public TableRules(EmbeddingTableOptions options, ulong seed)
    {
        var optimizers = options.Segments.Select(s => s.Optimizer.Build()).ToArray();
        // The library's own optimizers and schedules don't throw; a copy of each row for their sake would cost every step.
        MayThrow = optimizers.Any(o => !o.IsBuiltIn) || options.Segments.Any(s => s.Optimizer.UsesForeignCode);
        UsesOccurrences = optimizers.Any(o => o.UsesOccurrences);
        UsesWeightsAtRead = optimizers.Any(o => o.UsesWeightsAtRead);
        OptimizerNames = [.. optimizers.Select((o, i) => NameOf(o.Name, "optimizer", o, options, i))];
        Shapes = ShapesOf(options, optimizers, StateLengths(options, optimizers));
        Layout = new RowLayout(Shapes, options.TrackFrequency, options.TrackAdmissionTime);
        _roundingKey = RoundingKey(options.Name, seed);
        _quantizations = SegmentQuantization.Of(options, Layout);
        var initializers = options.Segments.Select(s => s.Initializer.Create()).ToArray();
        InitializerNames = [.. initializers.Select((p, i) => NameOf(p.Name, "initializer", p, options, i))];
        _segments = [.. options.Segments.Select(
            (s, i) => new SegmentRules(Layout.Segments[i], optimizers[i], initializers[i], seed, options.Name, s.Name))];
        _last = LastSegment();
        _numbersOfFloats = NumbersOfFloats();
        HashMask = options.HashMask;
        _decay = options is { TrackFrequency: true, FrequencyHalfLife: { } halfLife } ? new FrequencyDecay(halfLife) : null;
    }

    /// <summary>Whether an optimizer or its schedule is not the library's own.</summary>
    public bool MayThrow { get; }

    /// <summary>Whether an optimizer asks how often an id occurred before its row was born.</summary>
    public bool UsesOccurrences { get; }

    /// <summary>Whether an optimizer asks what the weights were when a gradient was computed.</summary>
    public bool UsesWeightsAtRead { get; }

    /// <summary>Whether gradients are applied to a row at a time: where a plug-in may throw.</summary>
    public bool AppliesRowByRow => MayThrow;

    public RowLayout Layout { get; }

    /// <summary>Whether rows count occurrences.</summary>
    public bool TracksFrequency => Layout.FrequencyOffset != 0;

    /// <summary>What each segment needs in a row.</summary>
    public RowSegmentShape[] Shapes { get; }

    /// <summary>The name of each segment's optimizer.</summary>
    public string[] OptimizerNames { get; }

    /// <summary>The name of each segment's initializer.</summary>
    public string[] InitializerNames { get; }

    /// <summary>Which bits of a mixed id place it in a stripe and its index: all of them but in tests of collisions.</summary>
    public ulong HashMask { get; }

    /// <summary>What policies are told about a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="withWeights">Whether its weights are wanted.</param>
    public RowMetadata Metadata(Row row, bool withWeights = false) =>
        new()
        {
            Id = row.Key,
            LastUpdateSeconds = row.LastUpdate,
            Frequency = Frequency(row),
            AdmittedAtSeconds = row.AdmittedAt(Layout),
            Weights = withWeights ? WeightsOf(row) : default,
            Stamp = row.Stamp,
        };

    /// <summary>
    /// What expiry policies are told about a row at a time: one without a time is of now, because it may be no older.
    /// </summary>
    public RowMetadata Metadata(Row row, bool withWeights, in ExpiryTime now)
    {
        var known = Metadata(row, withWeights);
        return known.LastUpdateSeconds != 0 ? known : known with { LastUpdateSeconds = now.SecondsOfUntimedRows };
    }

    /// <summary>A row's place in the order of a policy's scores.</summary>
    public RowRank RankOf(EvictionPolicy policy, Row row) => RowRank.Of(policy, Metadata(row, policy.ReadsWeights));

    /// <summary>Begins what a new row is to track.</summary>
    public void Track(Row row, uint occurrences, uint eventTime)
    {
        row.Track(Layout, occurrences, eventTime);
        if (_decay is not null) row.DecayingFrequency(Layout) = occurrences;
    }

    /// <summary>
    /// Notes that a row was written: how many occurrences it learned from, when, and under which number of the change clock.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Touch(Row row, int occurrences, uint eventTime, uint stamp)
    {
        if (_decay is not null) Decay(row, occurrences, eventTime);
        else row.Count(Layout, occurrences);
        if (eventTime > row.LastUpdate) row.LastUpdate = eventTime;
        row.Stamp = stamp;
    }

    /// <summary>Sets a row's last update, and the time of its creation where it has none or a later one.</summary>
    public void SetTime(Row row, uint eventTime)
    {
        row.LastUpdate = eventTime;
        var admittedAt = row.AdmittedAt(Layout);
        if (admittedAt == 0 || admittedAt > eventTime) row.SetAdmittedAt(Layout, eventTime);
    }

    private void Decay(Row row, int occurrences, uint eventTime)
    {
        ref var frequency = ref row.DecayingFrequency(Layout);
        frequency = _decay!.Add(frequency, row.LastUpdate, occurrences, eventTime);
    }

    private double Frequency(Row row) => _decay is null ? row.Frequency(Layout) : row.DecayingFrequency(Layout);

    /// <summary>Makes a new row, of first values where there are some that it can hold.</summary>
    /// <param name="row">Where it is made.</param>
    /// <param name="hash">The mixed id.</param>
    /// <param name="birth">What optimizers are told.</param>
    /// <param name="firstValues">Its weights, [dimension]; empty where the initializers make them.</param>
    /// <inheritdoc cref="Initialize(Row, ulong, in RowBirth)" path="/returns" />
    public RefusalCause Initialize(Row row, ulong hash, in RowBirth birth, ReadOnlySpan<float> firstValues)
    {
        if (!firstValues.IsEmpty && Initialize(row, in birth, firstValues) == RefusalCause.None) return RefusalCause.None;
        return Initialize(row, hash, in birth);
    }

    /// <returns>Why the row cannot have the values; it is then as it was. So it is with all that follow.</returns>
    public RefusalCause Initialize(Row row, ulong hash, in RowBirth birth)
    {
        if (!Layout.IsPlain) return InitializePacked(row, hash, in birth);
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Initialize(row, hash, in birth);
        return CauseOf(row);
    }

    private RefusalCause Initialize(Row row, in RowBirth birth, ReadOnlySpan<float> firstValues)
    {
        if (!Layout.IsPlain) return InitializePacked(row, in birth, firstValues);
        firstValues.CopyTo(row.PlainWeights(Layout));
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Begin(row, in birth);
        return CauseOf(row);
    }

    /// <summary>
    /// Sets a row to values and its state to that of a new row. If this throws, the row is unchanged; so it is with all that follow.
    /// </summary>
    public RefusalCause Assign(Row row, ReadOnlySpan<float> values)
    {
        if (!Layout.IsPlain) return AssignPacked(row, values);
        using var backup = new RowBackup(row, Layout.RowBytes);
        try
        {
            values.CopyTo(row.PlainWeights(Layout));
            foreach (ref readonly var segment in _segments.AsSpan()) segment.InitializeState(row);
            return Checked(row, in backup);
        }
        catch
        {
            backup.Restore();
            throw;
        }
    }

    public RefusalCause Add(Row row, ReadOnlySpan<float> values)
    {
        if (!Layout.IsPlain) return AddPacked(row, values);
        using var backup = new RowBackup(row, Layout.RowBytes);
        try
        {
            var weights = row.PlainWeights(Layout);
            for (var i = 0; i < weights.Length; i++) weights[i] += values[i];
            foreach (ref readonly var segment in _segments.AsSpan()) segment.WeightsMoved(row);
            return Checked(row, in backup);
        }
        catch
        {
            backup.Restore();
            throw;
        }
    }

    /// <summary>Applies a gradient. If this throws, the row is unchanged.</summary>
    /// <param name="row">The row.</param>
    /// <param name="gradient">The gradient of all its weights.</param>
    /// <param name="context">What else a rule may depend on.</param>
    /// <param name="occurrence">How many gradients of its id the batch had before, where rows are not in full precision.</param>
    public RefusalCause Apply(Row row, ReadOnlySpan<float> gradient, in OptimizerContext context, int occurrence = 0)
    {
        if (!Layout.IsPlain) return ApplyPacked(row, gradient, in context, occurrence);
        using var backup = new RowBackup(row, Layout.RowBytes);
        try
        {
            foreach (ref readonly var segment in _segments.AsSpan()) segment.Apply(row, gradient, in context);
            return Checked(row, in backup);
        }
        catch
        {
            backup.Restore();
            throw;
        }
    }

    /// <summary>Whether all numbers of a row are finite.</summary>
    /// <param name="floats">A row in full precision, weights and states.</param>
    public bool IsFinite(ReadOnlySpan<float> floats)
    {
        foreach (ref readonly var segment in _segments.AsSpan())
        {
            if (!segment.IsFinite(floats)) return false;
        }
        return true;
    }

    /// <summary>Whether all numbers of a record of <see cref="RowRecord"/> are finite.</summary>
    public unsafe bool IsFinite(ReadOnlySpan<byte> record)
    {
        fixed (byte* numbers = record[RowRecord.HeaderBytes..])
        {
            // As if a row's header stood before them.
            var row = new Row(numbers - RowLayout.HeaderBytes);
            if (Layout.IsPlain) return IsFinite(new ReadOnlySpan<float>(row.Floats, Layout.FloatCount));
            using var scratch = RowScratch.Rent(Layout);
            scratch.Load(row);
            return IsFinite(scratch.Floats);
        }
    }

    private unsafe RefusalCause CauseOf(Row row) =>
        IsFinite(new ReadOnlySpan<float>(row.Floats, Layout.FloatCount)) ? RefusalCause.None : RefusalCause.NonFinite;

    private RefusalCause Checked(Row row, in RowBackup backup)
    {
        var cause = CauseOf(row);
        if (cause != RefusalCause.None) backup.Restore();
        return cause;
    }

    private static string NameOf(string? name, string kind, object plugIn, EmbeddingTableOptions options, int segment) =>
        StoredNames.Require(name,
            $"{kind} {plugIn.GetType().Name} of segment '{options.Segments[segment].Name}' of table '{options.Name}'",
            StoredLimits.PlugInNameBytes);

    private static RowSegmentShape[] ShapesOf(EmbeddingTableOptions options, Optimizer[] optimizers, int[] states) =>
        [.. options.Segments.Select((s, i) =>
        new RowSegmentShape(
            s.Dimension, states[i], s.Precision, s.StatePrecision, Math.Clamp(optimizers[i].ExactStateLength(s.Dimension), 0, states[i])))];

    // Rows are laid out by these lengths in memory that nothing else checks.
    private static int[] StateLengths(EmbeddingTableOptions options, Optimizer[] optimizers)
    {
        var (lengths, left) = (new int[optimizers.Length], StoredLimits.RowState);
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = optimizers[i].StateLength(options.Segments[i].Dimension);
            if (lengths[i] < 0 || lengths[i] > left)
                throw new ArgumentException(
                    $"Table '{options.Name}': optimizer '{optimizers[i].Name}' wants {lengths[i]} floats of state for segment "
                    + $"'{options.Segments[i].Name}'; "
                    + $"0 to {left} are left of the {StoredLimits.RowState} that a row may have.");
            left -= lengths[i];
        }
        return lengths;
    }
}
