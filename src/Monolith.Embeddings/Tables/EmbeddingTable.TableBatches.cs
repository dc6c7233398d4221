using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Reads rows for training into a batch's memory, and what else it asks for.</summary>
    internal void LookupOrAdmitBatch(TableBatch batch, DateTimeOffset eventTime, long step)
    {
        var ids = batch.Ids.Span;
        var counts = batch.Counts.Span;
        var rows = batch.Rows.Span;
        if (!batch.StoredRows.IsEmpty)
            LookupOrAdmitWithStored(ids, counts, rows, batch.StoredRows.Span, FirstValuesOf(batch), eventTime, step);
        else
            LookupOrAdmit(ids, counts, rows, batch.FirstValues.Span, batch.FirstValueOf.Span, eventTime, step);
        if (!batch.HasRow.IsEmpty) Contains(ids, batch.HasRow.Span);
    }

    /// <summary>Applies a batch's gradients; those of ids without a row are dropped.</summary>
    internal void ApplyBatch(TableBatch batch, DateTimeOffset eventTime, long step) => ApplyGradients(
        batch.Ids.Span, batch.Gradients.Span, batch.Counts.Span, eventTime, step, AbsentIds.Drop, batch.WeightsAtRead.Span);

    /// <summary>The room of batches that are done in parts.</summary>
    internal BatchReservation NewReservation() => BatchReservation.For(_resources);

    /// <summary>Begins a batch that may create rows and is done in parts.</summary>
    /// <returns>The time that its rows are written with.</returns>
    internal uint BeginLookupOrAdmit(TableBatch batch, DateTimeOffset eventTime)
    {
        var seconds = _clock.Advance(EventSeconds.Of(eventTime));
        _admitting.Begin(batch.Ids.Span);
        // Ids without a row are not read.
        batch.StoredRows.Span.Clear();
        return seconds;
    }

    /// <summary>Begins a batch that is only read, in parts.</summary>
    internal void BeginRead(TableBatch batch)
    {
        if (batch.Ids.Length == 0) _stripes.Gate.RequireOpen();
        _runner.RequireOwned(batch.Ids.Span);
        // Ids without a row are not read.
        batch.StoredRows.Span.Clear();
    }

    /// <summary>Begins a batch of gradients that is done in parts.</summary>
    /// <returns>The time that its rows are written with.</returns>
    internal uint BeginApply(TableBatch batch, DateTimeOffset eventTime)
    {
        var ids = batch.Ids.Span;
        var gradients = batch.Gradients.Span;
        if (_nonFiniteGradients == NonFiniteGradients.Throw && !FiniteCheck.AllFinite(gradients)) ThrowNonFinite(ids, gradients);
        var seconds = EventSeconds.Of(eventTime);
        if (ids.Length == 0) _stripes.Gate.RequireOpen();
        _runner.RequireOwned(ids);
        return _clock.Advance(seconds);
    }

    /// <summary>Reserves the room of the next chunk of a batch.</summary>
    /// <returns>How many ids it has.</returns>
    internal int Reserve(TableBatch batch, int start, BatchReservation reservation) =>
        _admitting.Reserve(batch.Ids.Span, start, reservation);

    /// <inheritdoc cref="BatchRunner.Group" />
    internal void Group(StripeGroups groups, ReadOnlySpan<long> ids, int start) => _runner.Group(groups, ids, start);

    /// <summary>Reads the rows of some groups of a batch that was begun, and creates those of admitted ids.</summary>
    internal void LookupOrAdmitPart(TableBatch batch, in BatchPart part, BatchReservation reservation, ref int done)
    {
        if (!batch.StoredRows.IsEmpty)
            LookupOrAdmitPart(batch, in part, reservation, new StoredAndQuantizedWeights(_rules, batch.StoredRows.Span), ref done);
        else if (_rules.IsFakeQuantized) LookupOrAdmitPart(batch, in part, reservation, new QuantizedWeights(_rules), ref done);
        else if (!_rules.Layout.HasPlainWeights) LookupOrAdmitPart(batch, in part, reservation, new PackedWeights(_rules.Layout), ref done);
        else LookupOrAdmitPart(batch, in part, reservation, default(PlainWeights), ref done);
    }

    /// <summary>Reads the rows of some groups of a batch that was begun, as they are read for learning.</summary>
    internal void ReadPart(TableBatch batch, in BatchPart part, ref int done)
    {
        if (!batch.StoredRows.IsEmpty)
            ReadPart(batch, in part, new StoredAndQuantizedWeights(_rules, batch.StoredRows.Span), ref done);
        else if (_rules.IsFakeQuantized) ReadPart(batch, in part, new QuantizedWeights(_rules), ref done);
        else if (!_rules.Layout.HasPlainWeights) ReadPart(batch, in part, new PackedWeights(_rules.Layout), ref done);
        else ReadPart(batch, in part, default(PlainWeights), ref done);
    }

    /// <summary>Applies the gradients of some groups of a batch that was begun; those of ids without a row are dropped.</summary>
    internal unsafe void ApplyPart(TableBatch batch, in BatchPart part, ref int done)
    {
        var ids = batch.Ids.Span;
        var gradients = batch.Gradients.Span;
        var reads = _rules.UsesWeightsAtRead ? batch.WeightsAtRead.Span : [];
        // An id is in one part alone, with all its places.
        using var repeats = _rules.Layout.IsPlain ? null : IdRepeats.Rent(part.Ids);
        using var kept = _rules.AppliesRowByRow ? null : KeptBlock.Rent(_rules.Layout);
        fixed (float* pinned = gradients, pinnedReads = reads)
        {
            // Each gradient is looked at when its turn comes, rather than all of them before.
            var verb = new ApplyVerb(
                _rules, ids, gradients, pinned, pinnedReads, batch.Counts.Span, part.EventTime, part.Step, reservation: null, repeats, kept,
                allFinite: false);
            _runner.RunGroups(part.Groups, part.First, part.End, RowBytes, ref verb, ref done);
        }
    }

    private FirstValues FirstValuesOf(TableBatch batch) => new(Dimension, batch.FirstValues.Span, batch.FirstValueOf.Span);

    private void LookupOrAdmitPart<TReader>(
        TableBatch batch, in BatchPart part, BatchReservation reservation, TReader reader, ref int done)
        where TReader : struct, IWeightReader, allows ref struct
    {
        var verb = new LookupOrAdmitVerb<TReader>(
            Dimension, batch.Ids.Span, batch.Counts.Span, batch.Rows.Span, part.EventTime, part.Step, reservation, reader,
            FirstValuesOf(batch), batch.HadRow.Span);
        _runner.RunGroups(part.Groups, part.First, part.End, WeightBytes, ref verb, ref done);
    }
    private void ReadPart<TReader>(TableBatch batch, in BatchPart part, TReader reader, ref int done)
        where TReader : struct, IWeightReader, allows ref struct
    {
        var verb = new ReadAheadVerb<TReader>(Dimension, batch.Ids.Span, batch.Rows.Span, batch.HasRow.Span, reader);
        _runner.RunGroups(part.Groups, part.First, part.End, WeightBytes, ref verb, ref done);
    }
}
