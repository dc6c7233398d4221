using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Serving.ServedLogs;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>What a request was predicted, until it is written to, for the log. Not thread-safe.</summary>
internal sealed class ServedRequest(FeatureSchema schema)
{
    private readonly ExampleRowWriter _rows = new(schema);
    private readonly ArrayBufferWriter<byte> _payload = new(1 << 10);
    private float[] _scores = [];
    private long _modelVersion;

    /// <summary>Whether it was predicted since it was written to.</summary>
    public bool IsPredicted { get; private set; }

    public void Forget() => IsPredicted = false;

    public void Keep(ReadOnlySpan<float> scores, long modelVersion)
    {
        if (_scores.Length < scores.Length) _scores = new float[Math.Max(scores.Length, 2 * _scores.Length)];
        scores.CopyTo(_scores);
        (_modelVersion, IsPredicted) = (modelVersion, true);
    }

    /// <summary>Writes the features of each candidate, one after the other, and where each ends.</summary>
    public void Copy(FeatureBatch batch, IBufferWriter<byte> destination, List<int> ends)
    {
        var end = 0;
        for (var row = 0; row < batch.Rows; row++)
        {
            end += _rows.Write(batch, row, new ExampleRowFacts(0, 0, default), destination);
            ends.Add(end);
        }
    }

    /// <summary>Gives each candidate to a log; what cannot be a row is dropped and counted.</summary>
    public void Log(ServedLog log, FeatureBatch batch, long eventTime, long requestId, ReadOnlySpan<ServedAs> served)
    {
        var lines = log.Rent();
        try
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var tasks = batch.Schema.Tasks.Count;
                _payload.ResetWrittenCount();
                ServedLine.WriteHead(_payload, batch.Schema.Fingerprint, row, _scores.AsSpan(row * tasks, tasks));
                var how = served.IsEmpty ? default : served[row];
                if (how.ModelVersion == 0) how = how with { ModelVersion = _modelVersion };
                _rows.Write(batch, row, new ExampleRowFacts(eventTime, requestId, how), _payload);
                ServedLine.Write(_payload, lines.Bytes);
                lines.Count++;
            }
        }
        catch (Exception cause) when (cause is OverflowException or OutOfMemoryException)
        {
            log.Drop(batch.Rows - lines.Count);
        }
        log.Post(lines);
    }
}
