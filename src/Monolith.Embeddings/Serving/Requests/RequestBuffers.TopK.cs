using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Serving.Requests;

internal sealed partial class RequestBuffers
{
    private float[] _query = [];
    private bool[]?[] _absent = [];

    /// <summary>Finds the items with the largest logits, by the newest tables of the predictor, if they are of the same model.</summary>
    public TopKResult TopK(
        long rental, Predictor predictor, FeatureSlot item, Span<long> ids, Span<float> scores, in TopKFilter filter, int threads)
    {
        _rental.Enter(rental);
        try
        {
            RequireSearchable(predictor, item);
            MoveTo(predictor.Acquire());
            DropWriters();
            var query = QueryOf(item, out var constant);
            Span<int> found = stackalloc int[1];
            return TopKSearch.Run(_state!.RowsOf(item.Table), query, constant, ids.Length, ids, scores, found, in filter, threads);
        }
        finally
        {
            if (_rental.Exit(rental)) End();
        }
    }

    private void RequireSearchable(Predictor predictor, FeatureSlot item)
    {
        if (_predictor != predictor) throw new ArgumentException("The request was rented from another predictor.", nameof(predictor));
        Schema.RequireOwn(item);
        if (item.IsDerived)
        {
            throw new ArgumentException(
                $"Slot '{item.Name}' is derived ({item.Source!.Description}), and cannot be searched for.", nameof(item));
        }
        if (_batch.Rows > 0 || _isRowOpen)
        {
            throw new InvalidOperationException(
                $"The request has candidates ({_batch.Rows + (_isRowOpen ? 1 : 0)}), but a search is for all items and reads what they "
                + "share alone: search first, and add the candidates then, or clear the request.");
        }
        if (item.HeldInServing is not null)
        {
            throw new ArgumentException(
                $"Slot '{item.Name}' is held at {item.HeldInServing} in serving, and cannot be searched for.", nameof(item));
        }
        if (_batch.Ids(item).Length > 0)
        {
            throw new ArgumentException(
                $"Slot '{item.Name}' is to be searched for, and what all items share has ids in it. Write the user's items to a slot of "
                + "their own, which may be of the same table.", nameof(item));
        }
    }

    // By a row that has nothing of its own.
    private ReadOnlySpan<float> QueryOf(FeatureSlot item, out float constant)
    {
        Forget();
        _batch.BeginRow();
        _batch.EndRow();
        _batch.SetAbsentSlots(DerivedFrom(item));
        _batch.BeginHolding();
        try
        {
            ReadInputs();
            var width = _tables[item.Table].Dimension;
            if (_query.Length < width) _query = new float[width];
            constant = 0;
            _model.ItemQueries(new ItemQueryContext(
                _inputs.Blocks, _batch, item, _query.AsSpan(0, width), new Span<float>(ref constant)));
            return _query.AsSpan(0, width);
        }
        finally
        {
            _batch.EndHolding();
            _batch.SetAbsentSlots([]);
            _batch.ClearRows();
        }
    }

    // What is derived from the item is not known to a search, as what an item has beside its id.
    private bool[] DerivedFrom(FeatureSlot item)
    {
        if (!Schema.HasDerived) return [];
        if (_absent.Length == 0) _absent = new bool[]?[Schema.Slots.Count];
        if (_absent[item.Index] is { } known) return known;
        var slots = new bool[Schema.Slots.Count];
        slots[item.Index] = true;
        Schema.AddDerivedFrom(slots, new bool[Schema.Numbers.Count]);
        return _absent[item.Index] = slots;
    }
}
