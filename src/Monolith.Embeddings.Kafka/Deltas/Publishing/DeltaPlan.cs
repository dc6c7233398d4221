using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>
/// Spreads the pieces of a file over messages of bounded size: rows and removals by the range of their hashes, all else to the first
/// partition. A piece that is longer than a message goes into several.
/// </summary>
internal static class DeltaPlan
{
    /// <summary>Makes the messages of a file.</summary>
    /// <param name="pieces">The pieces, in the order of the file; the first has no ids.</param>
    /// <param name="partitions">How many partitions there are.</param>
    /// <param name="maxMessageBytes">The length of the longest message.</param>
    /// <param name="textBytes">The length of what the first message says of the commit.</param>
    /// <returns>The messages; the first goes to partition 0.</returns>
    public static IReadOnlyList<PlannedMessage> Of(
        IReadOnlyList<DeltaPiece> pieces, int partitions, int maxMessageBytes, int textBytes)
    {
        var capacity = maxMessageBytes - DeltaMessageFormat.HeaderBytes - DeltaMessageFormat.ChecksumBytes;
        var messages = new List<PlannedMessage> { new(0, capacity - textBytes) };
        var open = new PlannedMessage?[partitions];
        open[0] = messages[0];
        foreach (var piece in pieces)
        {
            var partition = piece.FirstHash is { } hash ? HashRanges.PartitionOf(hash, partitions) : 0;
            var (offset, left) = (piece.Offset, piece.Length);
            while (left > 0)
            {
                var room = open[partition]?.RoomAt(offset) ?? 0;
                if (room <= 0 || (room < left && room < capacity / 4))
                {
                    open[partition] = new(partition, capacity);
                    messages.Add(open[partition]!);
                    room = open[partition]!.RoomAt(offset);
                }
                var taken = (int)Math.Min(left, room);
                open[partition]!.Add(offset, taken);
                (offset, left) = (offset + taken, left - taken);
            }
        }
        return messages;
    }
}
