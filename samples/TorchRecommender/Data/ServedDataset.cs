using Monolith.Embeddings.Features;
using OnlineTraining.Data;

namespace TorchRecommender.Data;

/// <summary>A dataset with the user's items before, of which a replica can be asked for more.</summary>
public abstract class ServedDataset : Dataset
{
    /// <summary>The name of the slot of the user's items before.</summary>
    public const string HistorySlot = "history";

    /// <summary>The same events with the user's items before one by one, as a sequence.</summary>
    public abstract ServedDataset AsSequence();

    /// <summary>Whether events that did not happen were drawn as negatives.</summary>
    public abstract bool DrawsNegatives { get; }

    /// <summary>Who is asked for, in words: the user of the newest event.</summary>
    public abstract string Asked { get; }

    /// <summary>What may be recommended: the items that came most often.</summary>
    /// <param name="count">How many at most.</param>
    public abstract IReadOnlyList<long> Candidates(int count);

    /// <summary>What an item is called.</summary>
    public abstract string NameOf(long item);

    /// <summary>Writes what all candidates share.</summary>
    public abstract void WriteShared(FeatureSchema schema, IdSpace ids, FeatureWriter writer);

    /// <summary>Writes a candidate.</summary>
    public abstract void WriteCandidate(FeatureSchema schema, IdSpace ids, long item, FeatureWriter writer);
}
