using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace OnlineTraining.Data;

/// <summary>Events to learn from in the order of their time, of some origin and form.</summary>
public abstract class Dataset
{
    /// <summary>The only table: all slots share it, as ids carry their slot.</summary>
    public const string TableName = "features";

    /// <summary>What it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>How many events there are; null where that is not known before the end.</summary>
    public abstract long? Count { get; }

    /// <summary>The slots, in the order of their numbers.</summary>
    public abstract IReadOnlyList<SlotSpec> Slots { get; }

    /// <summary>How many dense features an event has.</summary>
    public virtual int DenseWidth => 0;

    /// <summary>The number of the slot that the running mean goes by.</summary>
    public abstract int ItemSlot { get; }

    /// <summary>The events as examples.</summary>
    /// <param name="schema">A schema with this dataset's slots.</param>
    /// <param name="ids">How values become ids.</param>
    /// <param name="batchSize">Examples a batch.</param>
    public abstract ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize);
}
