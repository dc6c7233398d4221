// docs/guide/several-tasks.md shows what stands between the two marks, to the letter; SeveralTasksPageTests holds that.
// <page>
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;

/// <summary>What is served of an offer: two chances, and the mean time until it is bought.</summary>
public readonly record struct ServedOffer(long Offer, float Click, float Purchase, TimeSpan Until);

public static class OfferScores
{
    public static ServedOffer[] Of(Predictor predictor, Offers offers, long user, ReadOnlySpan<long> candidates)
    {
        using var request = predictor.Rent(candidates.Length);
        request.Shared.Id(offers.User, user);
        foreach (var offer in candidates) request.Add().Id(offers.Offer, offer);
        // [candidates, tasks], tasks in the schema's order.
        var scores = new float[candidates.Length * 2];
        predictor.PredictWithOutputs(request, scores);
        var logRates = request.Output(BuiltInModel.LogRateName(offers.Purchase));
        var served = new ServedOffer[candidates.Length];
        for (var i = 0; i < served.Length; i++)
        {
            var until = offers.Purchase.DelayUnit * Math.Exp(-logRates[i]);
            served[i] = new(candidates[i], scores[2 * i], scores[2 * i + 1], until);
        }
        return served;
    }
}
// </page>
