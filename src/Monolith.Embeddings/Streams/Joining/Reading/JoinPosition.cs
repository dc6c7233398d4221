using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A position of a joiner: a byte that tells its form, the frontier, and where each partition goes on.</summary>
/// <param name="Frontier">What is processed and handed out.</param>
/// <param name="Partitions">The partitions, in the joiner's order.</param>
internal sealed record JoinPosition(JoinFrontier Frontier, IReadOnlyList<PartitionPosition> Partitions)
{
    private const uint FirstForm = 1, Form = 2;

    /// <summary>Reads a position.</summary>
    /// <exception cref="ArgumentException">No joiner made it.</exception>
    public static JoinPosition From(StreamPosition position)
    {
        if (position.IsStart) return new JoinPosition(JoinFrontier.Start, []);
        try
        {
            var fields = new FieldReader(position.Bytes.Span);
            var form = fields.UInt32();
            if (form is not (FirstForm or Form)) throw new FormatException("It has another form.");
            var frontier = new JoinFrontier(fields.Int64(), fields.Int32());
            var partitions = fields.List<PartitionPosition>(
                JoinLimits.MaxPartitions, "partitions", form == Form ? PartitionPosition.Read : PartitionPosition.ReadFirstForm);
            fields.End();
            return new JoinPosition(frontier, partitions);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw ForeignPosition.Of(position, "a joiner", ", whose positions hold a place in each of its logs", error);
        }
    }

    /// <summary>This as a position of a stream.</summary>
    public StreamPosition ToStreamPosition()
    {
        var fields = new FieldWriter();
        fields.UInt32(Form);
        fields.Int64(Frontier.Time);
        fields.Int32(Frontier.Emitted);
        fields.List(Partitions, PartitionPosition.Write);
        return new StreamPosition(fields.Written.ToArray());
    }
}
