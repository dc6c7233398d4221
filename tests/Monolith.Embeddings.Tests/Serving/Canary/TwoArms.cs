using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Tests.Serving.Canary;

/// <summary>Replicas of two commits of one model, and one more of the first.</summary>
internal sealed class TwoArms : IAsyncDisposable
{
    private TwoArms(TrainedModel trained, ModelReplica main, ModelReplica mainAgain, ModelReplica canary) =>
        (Trained, Main, MainAgain, Canary) = (trained, main, mainAgain, canary);

    public TrainedModel Trained { get; }

    public ModelReplica Main { get; }

    public ModelReplica MainAgain { get; }

    public ModelReplica Canary { get; }

    public static async Task<TwoArms> OpenAsync()
    {
        var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var (main, again) = (await trained.OpenAsync(), await trained.OpenAsync());
        for (var i = 0; i < 20; i++) trained.Train();
        await trained.CommitAsync();
        return new(trained, main, again, await trained.OpenAsync());
    }

    /// <summary>Asks a predictor, and offers what it answered to shadows.</summary>
    public float[] Ask(Predictor predictor, int rows, params ShadowPredictor[] shadows)
    {
        using var request = predictor.Rent(rows);
        Write(request, rows);
        var scores = new float[rows];
        predictor.Predict(request, scores);
        foreach (var shadow in shadows) shadow.Offer(request, scores);
        return scores;
    }

    public float[] Ask(CanaryArm arm, int rows, int? scores = null)
    {
        using var request = arm.Rent(rows);
        Write(request, rows);
        var answered = new float[scores ?? rows];
        arm.Predict(request, answered);
        return answered;
    }

    public async ValueTask DisposeAsync()
    {
        await Main.DisposeAsync();
        await MainAgain.DisposeAsync();
        await Canary.DisposeAsync();
        Trained.Dispose();
    }

    private static void Write(PredictionRequest request, int rows)
    {
        var slots = request.Schema.Slots;
        request.Shared.Id(slots[0], TrainedModel.Id(4)).Ids(slots[1], [TrainedModel.Id(3), TrainedModel.Id(77)]).Dense(0, 0.25f);
        for (var row = 0; row < rows; row++) request.Add().Id(slots[2], TrainedModel.Id(row * 31)).Dense(1, row);
    }
}
