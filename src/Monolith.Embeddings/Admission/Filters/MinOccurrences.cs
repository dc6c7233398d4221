using System.Collections.Frozen;
using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// Counts every id that has no row, and admits it at its N-th occurrence. An id that lost its row starts again from 0. Ids that stay rare
/// are forgotten when the table's expiry policy says so, see <see cref="Expiry.ExpiryPolicy.ForgetPendingUpTo"/>; a sketch forgets them
/// after up to twice that time.
/// </summary>
public sealed class MinOccurrences : AdmissionFilter
{
    private const int SlotShift = 48;

    private readonly OccurrenceCounts _counts;
    private readonly int _occurrences;
    private readonly FrozenDictionary<int, int>? _bySlot;
    private readonly bool _decays;

    /// <summary>Creates a filter that has seen nothing.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="context">Which ids it is for.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for a sketch.</exception>
    public MinOccurrences(MinOccurrencesOptions options, in AdmissionContext context)
    {
        OptionErrors.ThrowIfInvalid(options);
        _occurrences = options.Occurrences;
        if (options.BySlot.Count > 0) _bySlot = options.BySlot.ToFrozenDictionary();
        _decays = !options.CountsHalfLife.IsNone;
        _counts = options.Counter.Create(options.MostOccurrences, options.CountsHalfLife, in context);
    }

    /// <inheritdoc />
    public override string Name => "min-occurrences";

    /// <inheritdoc />
    public override long PendingCount => _counts.Count;

    /// <inheritdoc />
    public override long Bytes => _counts.Bytes;

    internal override long AccountedBytes => _counts.Bytes;

    /// <inheritdoc />
    public override bool IsPending(long id) => Threshold(id) <= 1 || _counts.Contains(AdmissionContext.MixedId(id));

    /// <inheritdoc />
    public override bool Admit(in AdmissionRequest request)
    {
        var threshold = Threshold(request.Id);
        return threshold <= 1 || _counts.Add(AdmissionContext.MixedId(request.Id), in request, threshold) >= threshold;
    }

    /// <inheritdoc />
    public override void Drop(long id)
    {
        if (_counts.Count > 0) _counts.Remove(AdmissionContext.MixedId(id));
    }

    /// <inheritdoc />
    public override AdmissionProgress? Explain(long id)
    {
        var seen = _counts.CountOf(AdmissionContext.MixedId(id));
        return new AdmissionProgress
        {
            Occurrences = seen,
            Threshold = Math.Max(1, Threshold(id)),
            IsUpperBound = seen > 0 && (_decays || _counts.IsUpperBound)
        };
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentOutOfRangeException">The time lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public override void Forget(DateTimeOffset eventTime) => _counts.Forget(EventSeconds.Of(eventTime));

    /// <inheritdoc />
    public override void Clear() => _counts.Clear();

    /// <inheritdoc />
    public override void Save(AdmissionStateWriter writer) => _counts.Save(writer);

    internal override FilterSave? BeginSave(AdmissionStateWriter writer) => _counts.BeginSave(writer);

    /// <inheritdoc />
    public override void Load(ulong mixedId, ReadOnlySpan<byte> record) => _counts.Load(mixedId, record);

    internal override void CollectPending(Predicate<long> isWanted, ICollection<long> ids) => _counts.Collect(isWanted, ids);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _counts.Dispose();
        base.Dispose(disposing);
    }

    private int Threshold(long id) =>
        _bySlot is not null && _bySlot.TryGetValue((int)(id >>> SlotShift), out var occurrences) ? occurrences : _occurrences;
}
