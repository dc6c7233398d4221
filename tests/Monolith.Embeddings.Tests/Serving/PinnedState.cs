using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>What a replica serves: its version, its rows and some scores, to the bit.</summary>
internal sealed record PinnedState(ReplicaVersion Version, string Users, string Items, string Scores)
{
    public static PinnedState Of(ModelReplica replica) => new(
        replica.Version, TrainedModel.StateOf(replica, "users"), TrainedModel.StateOf(replica, "items"), ScoresOf(replica));

    public static string ScoresOf(ModelReplica replica)
    {
        using var request = replica.Rent(0);
        var (slots, scores) = (request.Schema.Slots, new float[20]);
        request.Shared.Id(slots[0], TrainedModel.Id(4)).Id(slots[1], TrainedModel.Id(9)).Dense(0, 0.25f);
        for (var i = 0; i < scores.Length; i++) request.Add().Id(slots[2], TrainedModel.Id(i));
        replica.Predict(request, scores);
        return string.Join(' ', Bits.Of(scores));
    }
}
