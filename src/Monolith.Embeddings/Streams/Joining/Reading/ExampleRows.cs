using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams.Joining.State;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Writes what a joiner emits as rows of a batch.</summary>
/// <param name="schema">The schema of the batches.</param>
/// <param name="tasks">The joined tasks, in the order of the labels.</param>
/// <param name="defaultLabel">The label where there is none.</param>
internal sealed class ExampleRows(FeatureSchema schema, IReadOnlyList<LabelTask> tasks, float defaultLabel)
{
    private readonly ExampleRowFormat _format = new(schema);
    private readonly LabelTask[] _tasks = [.. tasks];

    /// <summary>Takes the next example of a joiner.</summary>
    public void Append(JoinMachine machine, ExampleBatch batch)
    {
        var emission = machine.Take(out var labels, out var row);
        var writer = _format.Begin(row, batch);
        try
        {
            Write(in emission, labels, batch, writer);
        }
        catch
        {
            batch.AbandonRow();
            throw;
        }
        batch.EndRow();
    }

    private void Write(in JoinEmission emission, ReadOnlySpan<float> labels, ExampleBatch batch, ExampleWriter writer)
    {
        for (var i = 0; i < _tasks.Length; i++)
        {
            var isDefault = labels[i] == JoinLabels.Default;
            if (!isDefault) writer.Label(_tasks[i], labels[i]);
            else if (float.IsNaN(batch.OpenLabel(_tasks[i]))) writer.Label(_tasks[i], defaultLabel);
            if (!float.IsNaN(emission.Delay) && (isDefault || !float.IsNaN(labels[i]))) batch.WriteDelay(_tasks[i], emission.Delay);
        }
        if (emission.Kind == EmissionKind.Late) writer.Late();
    }
}
