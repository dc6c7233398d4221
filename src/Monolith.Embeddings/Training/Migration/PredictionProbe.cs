using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Predicts the last examples of a source by the old model and by the new one, which sees what is new as empty.</summary>
/// <param name="before">The old model, loaded.</param>
/// <param name="after">The new model, migrated.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
/// <param name="most">How many examples.</param>
internal sealed class PredictionProbe(OnlineModel before, OnlineModel after, MigrationNames names, int most)
{
    private const int BatchRows = 256;

    private readonly ExampleRowFormat _format = new(before.Schema);
    private readonly ExampleRowReader _reader = RowConverter.Reader(before.Schema, after.Schema, names);
    private readonly Queue<byte[]> _rows = new();
    private readonly (int Before, int After, string Name)[] _tasks =
    [
        .. after.Schema.Tasks
            .Select(task => (before.Schema.Tasks.FirstOrDefault(old => old.Name == names.Tasks.Before(task.Name))?.Index ?? -1, task.Index,
                task.Name))
            .Where(pair => pair.Item1 >= 0),
    ];

    private long _predictions, _unchanged;
    private (double Change, string? Task) _largest = (0, null);
    private double _sum;

    /// <summary>Reads a source from its start to its end, and keeps the last examples.</summary>
    public async Task ReadAsync(ExampleSource source, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, cancellationToken).ConfigureAwait(false))
        {
            using var _ = batch;
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = Math.Max(0, batch.Rows - most); row < batch.Rows; row++)
            {
                bytes.ResetWrittenCount();
                _format.Write(batch, row, bytes);
                if (_rows.Count == most) _rows.Dequeue();
                _rows.Enqueue(bytes.WrittenSpan.ToArray());
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Predicts.</summary>
    /// <param name="tablesBefore">The old rows.</param>
    /// <param name="tablesAfter">The new rows.</param>
    /// <param name="cancellationToken">Asked before each batch.</param>
    public async Task<MigrationProbe> RunAsync(TableSet tablesBefore, TableSet tablesAfter, CancellationToken cancellationToken)
    {
        var (old, now) = (new SidePredictor(tablesBefore, before), new SidePredictor(tablesAfter, after));
        using var oldBatch = new ExampleBatch(before.Schema);
        using var newBatch = new ExampleBatch(after.Schema);
        foreach (var rows in _rows.Chunk(BatchRows))
        {
            oldBatch.Clear();
            newBatch.Clear();
            foreach (var row in rows)
            {
                _format.Append(row, oldBatch);
                _reader.Append(row, newBatch);
            }
            Compare(
                await old.PredictAsync(oldBatch, cancellationToken).ConfigureAwait(false),
                await now.PredictAsync(newBatch, cancellationToken).ConfigureAwait(false), rows.Length);
        }
        return new()
        {
            Examples = _rows.Count,
            Predictions = _predictions,
            Unchanged = _unchanged,
            LargestChange = _largest.Change,
            LargestChangeTask = _largest.Task,
            MeanChange = _predictions == 0 ? 0 : _sum / _predictions,
        };
    }

    private void Compare(float[] old, float[] now, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            foreach (var (from, to, name) in _tasks)
            {
                var (was, becomes) = (old[(row * before.Schema.Tasks.Count) + from], now[(row * after.Schema.Tasks.Count) + to]);
                _predictions++;
                if (BitConverter.SingleToInt32Bits(was) == BitConverter.SingleToInt32Bits(becomes)) _unchanged++;
                // A task that a model does not learn has none.
                if (float.IsNaN(was) && float.IsNaN(becomes)) continue;
                var change = Math.Abs(Logistic.Sigmoid((double)becomes) - Logistic.Sigmoid((double)was));
                _sum += change;
                if (change > _largest.Change || double.IsNaN(change)) _largest = (change, name);
            }
        }
    }
}
