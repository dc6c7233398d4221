using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>The N-th occurrence of an id creates its row; until then it reads zeros. Options of <see cref="MinOccurrences"/>.</summary>
/// <example>
/// <code>
/// // The third occurrence of an id creates its row.
/// table.Admission = new MinOccurrencesOptions(3);
/// </code>
/// </example>
public sealed class MinOccurrencesOptions : AdmissionFilterOptions
{
    // 15 bits of a packed id.
    private const int MaxSlot = 32_767;

    /// <summary>Creates the defaults.</summary>
    public MinOccurrencesOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="occurrences">N, at least 0.</param>
    public MinOccurrencesOptions(int occurrences) => Occurrences = occurrences;

    /// <summary>N: at least 0; 0 and 1 admit at once. Default 1. Each occurrence in a batch counts.</summary>
    public int Occurrences { get; set; } = 1;

    /// <summary>
    /// N for single slots, in place of <see cref="Occurrences"/>: slots 0 to 32,767, each with its N of at least 0. Empty by default. Only
    /// for tables whose ids carry their slot, see <c>EmbeddingTableOptions.IdsCarrySlots</c>.
    /// </summary>
    public IDictionary<int, int> BySlot { get; } = new Dictionary<int, int>();

    /// <summary>How occurrences are counted. Default: an <see cref="ExactCounterOptions"/>.</summary>
    public OccurrenceCounterOptions Counter { get; set; } = new ExactCounterOptions();

    /// <summary>
    /// Counts are halved, rounding down, at each whole multiple of this event time since the Unix epoch: whole seconds, at least 1. Null
    /// (the default): they are not. At most one of this and <see cref="HalfLifeSteps"/>.
    /// </summary>
    public TimeSpan? HalfLife { get; set; }

    /// <summary>Counts are halved, rounding down, at each whole multiple of this number of steps, at least 1. Null (the default): they are
    /// not.</summary>
    public long? HalfLifeSteps { get; set; }

    /// <inheritdoc />
    public override bool NeedsSlots => BySlot.Count > 0;

    /// <inheritdoc />
    public override int CountersPerId => Counter.Grows && MostOccurrences > 1 ? 1 : 0;

    /// <inheritdoc />
    public override long FixedBytes => Counter.FixedBytes(MostOccurrences);

    /// <summary>The largest N of any slot.</summary>
    internal int MostOccurrences => BySlot.Values.Append(Occurrences).Max();

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => new MinOccurrences(this, in context);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Occurrences), Occurrences, 0, int.MaxValue);
        foreach (var (slot, occurrences) in BySlot)
        {
            errors.Require(slot is >= 0 and <= MaxSlot, nameof(BySlot), $"{slot} is not a slot between 0 and {MaxSlot}.");
            errors.InRange($"{nameof(BySlot)}[{slot}]", occurrences, 0, int.MaxValue);
        }
        errors.Nested(nameof(Counter), Counter);
        CollectDecayErrors(errors);
    }

    /// <summary>The options, for messages.</summary>
    public override string ToString()
    {
        var slots = BySlot.OrderBy(slot => slot.Key).Select(slot => $", slot {slot.Key}: {slot.Value}");
        var time = HalfLife is null ? "" : $", {nameof(HalfLife)} {HalfLife}";
        var steps = HalfLifeSteps is null ? "" : $", {nameof(HalfLifeSteps)} {HalfLifeSteps}";
        return $"{nameof(MinOccurrences)}({Occurrences}{string.Concat(slots)}, {Counter}{time}{steps})";
    }

    internal HalfLife CountsHalfLife => new((uint)(HalfLife?.TotalSeconds ?? 0), HalfLifeSteps ?? 0);

    private void CollectDecayErrors(OptionErrors errors)
    {
        if (HalfLife is { } time)
        {
            errors.InRange(nameof(HalfLife), time.TotalSeconds, 1, uint.MaxValue);
            errors.Require(time.Ticks % TimeSpan.TicksPerSecond == 0, nameof(HalfLife), $"{time} is not a whole number of seconds.");
        }
        if (HalfLifeSteps is { } steps) errors.InRange(nameof(HalfLifeSteps), steps, 1, long.MaxValue);
        errors.Require(HalfLife is null || HalfLifeSteps is null, nameof(HalfLifeSteps),
            $"counts decay by time or by steps; leave one of it and {nameof(HalfLife)} null.");
    }
}
