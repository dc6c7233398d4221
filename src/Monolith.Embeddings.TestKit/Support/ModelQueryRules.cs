using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What holds for the queries by which items are searched for.</summary>
internal sealed class ModelQueryRules(ModelSubject subject)
{
    // Of logits of some terms of magnitude 1, summed in another order.
    private const double Tolerance = 1e-4;

    /// <summary>A constant and a dot product are the logit of the same row with the item in it.</summary>
    public void QueriesAreLogits()
    {
        using var model = subject.Trained(8);
        var slots = subject.Schema.Slots.Where(slot => slot.Pooling != Pooling.None && !slot.IsDerived).ToList();
        if (model is { SupportsItemQueries: true, ReportedTask: { } task })
        {
            var searched = slots.Count(slot => IsSearched(model, slot, subject.Schema.Tasks.First(t => t.Name == task.Name).Index));
            Expect.That(searched > 0, "queries were expected for at least one slot of a model that supports them");
            return;
        }
        foreach (var slot in slots) Expect.That(!IsSearched(model, slot, 0), $"queries of slot '{slot.Name}' were expected to be refused");
    }

    // Models may give queries for some slots alone.
    private bool IsSearched(OnlineModel model, FeatureSlot slot, int task)
    {
        var draws = new Draws(21);
        var row = new float[subject.Schema.Tables[slot.Table].Segments.Sum(segment => segment.Dimension)];
        draws.Fill(row, 0.5f);
        var without = new ModelBatch(model, ModelSubject.Rows, 22, item: new SearchedItem(slot, row, isThere: false));
        var (queries, constants) = (new float[ModelSubject.Rows * row.Length], new float[ModelSubject.Rows]);
        queries.AsSpan().Fill(ModelBatch.Unwritten);
        constants.AsSpan().Fill(ModelBatch.Unwritten);
        var before = ModelState.Of(model);
        try
        {
            model.ItemQueries(new ItemQueryContext(without.Inputs, without.Examples, slot, queries, constants));
        }
        catch (NotSupportedException)
        {
            Expect.That(Array.TrueForAll([.. queries, .. constants], value => value == ModelBatch.Unwritten),
                $"nothing was expected to be written for slot '{slot.Name}', which was refused");
            return false;
        }
        ModelState.CheckSame(before, ModelState.Of(model), "a model that was asked for queries");
        var with = new ModelBatch(model, ModelSubject.Rows, 22, item: new SearchedItem(slot, row, isThere: true));
        with.Predict(model);
        for (var i = 0; i < ModelSubject.Rows; i++)
        {
            double score = constants[i];
            for (var j = 0; j < row.Length; j++) score += (double)row[j] * queries[i * row.Length + j];
            var logit = with.Logits[i * subject.Schema.Tasks.Count + task];
            Expect.That(Math.Abs(score - logit) <= Tolerance,
                $"the logit {logit:R} was expected of constant and query of row {i}, slot '{slot.Name}', which give {score:R}");
        }
        return true;
    }
}
