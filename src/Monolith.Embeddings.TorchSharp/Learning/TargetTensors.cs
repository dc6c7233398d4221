using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Blocks;

namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>Labels, weights and offsets of a batch as tensors. Kept from batch to batch. Not thread-safe.</summary>
/// <param name="tasks">The tasks that are learned.</param>
/// <param name="weights">What the losses of each are multiplied by.</param>
/// <param name="memory">Where the module computes.</param>
internal sealed class TargetTensors(LabelTask[] tasks, float[] weights, ModuleMemory memory) : IDisposable
{
    // Beyond it a weight is taken for an error of its record, as it is by the built-in models.
    private const float LargestWeight = 1e9f;

    public FloatTable Labels { get; } = new(memory, tasks.Length);

    public FloatTable Weights { get; } = new(memory, tasks.Length);

    public FloatTable Offsets { get; } = new(memory, tasks.Length);

    public FloatTable RowWeights { get; } = new(memory, 0);

    public bool HasOffsets { get; private set; }

    /// <summary>Fills the tensors.</summary>
    /// <param name="examples">The batch.</param>
    /// <param name="lost">Rows that teach nothing; those with absurd weights, offsets or labels are added.</param>
    /// <returns>How many rows are not lost and have a label.</returns>
    public int Fill(ExampleBatch examples, LostRows lost)
    {
        var rows = examples.Rows;
        var labels = Labels.Resize(rows);
        var values = Weights.Resize(rows);
        var offsets = Offsets.Resize(rows);
        for (var row = 0; row < rows; row++)
        {
            if (!(Math.Abs(examples.Weights[row]) <= LargestWeight)) lost.Lose(row);
        }
        HasOffsets = false;
        for (var i = 0; i < tasks.Length; i++)
        {
            var known = examples.Labels(tasks[i]);
            var shifts = examples.LogitOffsets(tasks[i]);
            for (var row = 0; row < rows; row++)
            {
                var (place, label, shift) = (row * tasks.Length + i, known[row], shifts[row]);
                var weight = examples.Weights[row] * weights[i];
                if (!float.IsFinite(shift) || float.IsInfinity(label) || !(Math.Abs(weight) <= LargestWeight)) lost.Lose(row);
                labels[place] = float.IsFinite(label) ? label : 0;
                values[place] = float.IsNaN(label) ? 0 : weight;
                offsets[place] = float.IsFinite(shift) ? shift : 0;
                HasOffsets |= offsets[place] != 0;
            }
        }
        return Weigh(examples, lost, values);
    }

    public void Dispose()
    {
        Labels.Dispose();
        Weights.Dispose();
        Offsets.Dispose();
        RowWeights.Dispose();
    }

    private int Weigh(ExampleBatch examples, LostRows lost, Span<float> values)
    {
        var rowWeights = RowWeights.Resize(examples.Rows);
        var learned = 0;
        for (var row = 0; row < examples.Rows; row++)
        {
            var isLost = lost.IsLost(row);
            rowWeights[row] = isLost ? 0 : examples.Weights[row];
            if (isLost) values.Slice(row * tasks.Length, tasks.Length).Clear();
            else if (HasLabel(examples, row)) learned++;
        }
        Labels.Send();
        Weights.Send();
        Offsets.Send();
        RowWeights.Send();
        return learned;
    }

    private bool HasLabel(ExampleBatch examples, int row)
    {
        foreach (var task in tasks)
        {
            if (!float.IsNaN(examples.Labels(task)[row])) return true;
        }
        return false;
    }
}
