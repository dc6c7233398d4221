using Monolith.Embeddings.Kafka.Deltas.Messages;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>A message that is to be written: which stretches of the file go to which partition.</summary>
/// <param name="partition">The partition.</param>
/// <param name="capacity">How many bytes it may hold, runs and their places together.</param>
internal sealed class PlannedMessage(int partition, int capacity)
{
    private readonly List<DeltaRun> _runs = [];
    private int _left = capacity;

    public int Partition => partition;

    public IReadOnlyList<DeltaRun> Runs => _runs;

    public int Bytes => _runs.Sum(run => run.Length);

    /// <summary>How many bytes from an offset on it still has room for; not positive where there is none.</summary>
    public int RoomAt(long offset) => GoesOn(offset) ? _left : _left - DeltaMessageFormat.RunBytes;

    /// <summary>Adds bytes for which there is room.</summary>
    public void Add(long offset, int length)
    {
        if (GoesOn(offset)) _runs[^1] = new DeltaRun(_runs[^1].Offset, _runs[^1].Length + length);
        else
        {
            _runs.Add(new DeltaRun(offset, length));
            _left -= DeltaMessageFormat.RunBytes;
        }
        _left -= length;
    }

    private bool GoesOn(long offset) => _runs.Count > 0 && _runs[^1].End == offset;
}
