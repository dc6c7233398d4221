using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features.Sequences;

/// <summary>What each row of a batch was given for one slot, and what of it is to be there: the oracle of writing.</summary>
internal sealed class WrittenSlot(FeatureSlot slot, bool isShared, bool isWeighted)
{
    private readonly List<List<(long Id, float Weight, float[] Values)>> _rows = [];

    public FeatureSlot Slot => slot;

    public bool IsShared => isShared;

    /// <summary>The steps of a row that count: of more than fit, the first or the last ones.</summary>
    public List<(long Id, float Weight, float[] Values)> Kept(int row)
    {
        var steps = _rows[isShared ? 0 : row];
        var keepsLast = slot.Pooling == Pooling.None && slot.Order == SequenceOrder.OldestFirst;
        return [.. keepsLast ? steps.TakeLast(slot.MaxIds) : steps.Take(slot.MaxIds)];
    }

    /// <summary>Draws steps, and writes them in pieces of any size, by any of the writer's calls.</summary>
    public void Write(FeatureWriter writer, Random random, int most, int ids)
    {
        var steps = new List<(long Id, float Weight, float[] Values)>();
        _rows.Add(steps);
        for (var rest = random.Next(most + 1); rest > 0;)
        {
            var piece = random.Next(1, rest + 1);
            rest -= piece;
            var drawn = Enumerable.Range(0, piece).Select(_ => Draw(random, ids)).ToList();
            Write(writer, drawn, random.Next(2) == 0);
            steps.AddRange(drawn);
        }
    }

    private void Write(FeatureWriter writer, List<(long Id, float Weight, float[] Values)> steps, bool atOnce)
    {
        long[] ids = [.. steps.Select(step => step.Id)];
        if (isWeighted && atOnce) writer.Ids(slot, ids, [.. steps.Select(step => step.Weight)]);
        else if (slot.StepValues.Count > 0 && atOnce) writer.Steps(slot, ids, [.. steps.SelectMany(step => step.Values)]);
        else if (atOnce) writer.Ids(slot, ids);
        else
        {
            foreach (var (id, weight, values) in steps)
            {
                if (isWeighted) writer.Id(slot, id, weight);
                else if (values.Length > 0) writer.Step(slot, id, values);
                else writer.Id(slot, id);
            }
        }
    }

    private (long Id, float Weight, float[] Values) Draw(Random random, int ids)
    {
        var values = new float[slot.StepValues.Count];
        for (var i = 0; i < values.Length && !isWeighted; i++) values[i] = random.NextSingle() - 0.5f;
        return (random.Next(ids) * 0x1234567_89ABCDEF, isWeighted ? random.Next(-2, 3) / 2f : 1, values);
    }
}
