using Microsoft.Extensions.Options;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Predictions beside a trainer in the same process.</summary>
public class LivePredictorTests : LeakChecked
{
    [Test]
    public async Task Where_training_stands_still_it_predicts_what_the_model_does_to_the_bit()
    {
        await using var live = new LiveTrainer();
        live.Start();
        await live.LearnAsync(20);
        await live.EndAsync();
        var rows = live.Tables.Count;
        await using var predictor = await live.OpenAsync();
        // Known users and items, and some that were never seen.
        for (var user = 0; user < 40; user += 3)
        {
            var scores = live.Scores(predictor, user, 1, 5, 29, 1000 + user);
            Assert.That(Bits.Of(scores), Is.EqualTo(Bits.Of([.. live.Logits(live.Model, user, 1, 5, 29, 1000 + user)
                .Select(Logistic.Sigmoid)])));
        }
        Assert.That((live.Tables.Count, predictor.DenseStep, predictor.Lag.Steps, predictor.IsReady), Is.EqualTo((rows, 20L, 0L, true)));
        Assert.That(live.Tables.Tables.Sum(table => table.GetStatistics().Created), Is.EqualTo(rows), "a lookup admits nothing");
    }

    [Test]
    public async Task Rows_are_the_trainer_s_own_and_dense_weights_are_as_old_as_it_says()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync(3);
        await using var predictor = await live.OpenAsync();
        Assert.That(Counts(live, predictor), Is.EqualTo((3f, Row(live))));
        await live.LearnAsync(2);
        live.Time.Advance(TimeSpan.FromSeconds(7));
        var lag = new LivePredictorLag { Age = TimeSpan.FromSeconds(7), Steps = 2 };
        Assert.That((predictor.DenseStep, predictor.Lag), Is.EqualTo((3L, lag)));
        Assert.That(Counts(live, predictor), Is.EqualTo((3f, Row(live))), "rows are live");
        // The stream is quiet: the trainer waits for it, and the weights are there nevertheless.
        Assert.That(await predictor.RefreshAsync(), Is.True);
        Assert.That(Counts(live, predictor), Is.EqualTo((5f, Row(live))));
        Assert.That((predictor.DenseStep, predictor.Lag), Is.EqualTo((5L, default(LivePredictorLag))));
        live.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(await predictor.RefreshAsync(), Is.False, "nothing was learned since");
        Assert.That(predictor.Lag, Is.EqualTo(default(LivePredictorLag)), "but they were looked at");
    }

    [Test]
    public async Task It_takes_copies_by_itself_also_while_the_stream_is_quiet()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync();
        await using var predictor = await live.OpenAsync(TimeSpan.FromSeconds(2));
        await live.LearnAsync(3);
        for (var i = 0; i < 2; i++)
        {
            await live.Time.WaitForTimerAsync();
            live.Time.Advance(TimeSpan.FromSeconds(2));
        }
        await live.Time.WaitForTimerAsync();
        Assert.That(predictor.DenseStep, Is.EqualTo(4));
    }

    [Test]
    public async Task The_model_that_learns_never_predicts()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync(2);
        await using var predictor = await live.OpenAsync();
        live.Scores(predictor, 1, 2, 3);
        Assert.That(((CountingModel)live.Model).Predicted, Is.Zero);
        Assert.That(
            async () => await LivePredictor.OpenAsync(live.Trainer, () => live.Model),
            Throws.ArgumentException.With.Message.Contains("the model that the trainer learns with"));
        await live.LearnAsync();
    }

    [Test]
    public async Task Models_that_are_not_like_the_trainer_s_are_refused_and_disposed()
    {
        await using var live = new LiveTrainer();
        await RefusedAsync(() => new LogisticRegression(live.Schema), "'logistic-regression', and the trainer's is 'deep-fm'");
        await RefusedAsync(() => new CountingModel(live.Schema), "'counting'");
        await RefusedAsync(
            () => new DeepFm(live.Schema, new() { Hidden = [7] }), "do not take the trainer's dense weights");
        await RefusedAsync(() => null!, "made no model");
        var one = live.CreateModel();
        await RefusedAsync(() => one, "a new model at each call");
        Assert.That(async () => await LivePredictor.OpenAsync(live.Trainer, live.CreateModel, new() { RefreshEvery = TimeSpan.Zero }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("RefreshEvery"));

        async Task RefusedAsync(Func<OnlineModel> create, string reason)
        {
            try
            {
                await LivePredictor.OpenAsync(live.Trainer, create);
                Assert.Fail("It was taken.");
            }
            catch (ArgumentException refused)
            {
                Assert.That(refused.Message, Does.Contain(reason));
            }
        }
    }

    [Test]
    public async Task After_a_batch_that_failed_in_the_middle_it_goes_on_with_the_weights_of_before()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        ((CountingModel)live.Model).FailAfter = 2;
        live.Start();
        await live.LearnAsync(2);
        await using var predictor = await live.OpenAsync();
        live.Feed(1);
        Assert.That(async () => await live.Running, Throws.InvalidOperationException.With.Message.EqualTo("As told."));
        Assert.That(async () => await predictor.RefreshAsync(),
            Throws.InvalidOperationException.With.Message.Contains("failed in the middle, after 2 steps"));
        Assert.That(predictor.LastFailure, Is.Not.Null);
        Assert.That(Counts(live, predictor).Count, Is.EqualTo(2f));
    }

    [Test]
    public async Task Weights_that_are_not_finite_are_not_copied()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync(2);
        await using var predictor = await live.OpenAsync();
        await live.LearnAsync();
        ((CountingModel)live.Model).IsSpoilt = true;
        Assert.That(async () => await predictor.RefreshAsync(),
            Throws.InvalidOperationException.With.Message.Contains("infinite, or none"));
        Assert.That(Counts(live, predictor).Count, Is.EqualTo(2f));
        ((CountingModel)live.Model).IsSpoilt = false;
        Assert.That(await predictor.RefreshAsync(), Is.True);
        Assert.That((predictor.LastFailure, predictor.DenseStep), Is.EqualTo(((Exception?)null, 3L)));
    }

    [Test]
    public async Task After_its_trainer_it_goes_on_and_after_itself_it_refuses()
    {
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync(2);
        var predictor = await live.OpenAsync();
        await live.LearnAsync();
        await live.Trainer.DisposeAsync();
        Assert.That(await predictor.RefreshAsync(), Is.False);
        Assert.That(Counts(live, predictor).Count, Is.EqualTo(2f));
        Assert.That(async () => await LivePredictor.OpenAsync(live.Trainer, live.CreateModel), Throws.TypeOf<ObjectDisposedException>());
        var open = predictor.Rent(1);
        await predictor.DisposeAsync();
        await predictor.DisposeAsync();
        Assert.That(() => predictor.Rent(1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => predictor.Predict(open, new float[1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await predictor.RefreshAsync(), Throws.TypeOf<ObjectDisposedException>());
        open.Dispose();
    }

    [Test]
    public async Task A_request_of_another_predictor_is_refused()
    {
        await using var live = new LiveTrainer();
        await using var one = await live.OpenAsync();
        await using var other = await live.OpenAsync();
        using var request = one.Rent(1);
        Assert.That(() => other.Predict(request, new float[1]), Throws.ArgumentException.With.Message.Contains("another predictor"));
    }

    private static (float Count, float Row) Counts(LiveTrainer live, Predictor predictor)
    {
        using var request = predictor.Rent(1);
        live.Write(request, 1, 11);
        predictor.PredictWithOutputs(request, new float[1]);
        return (request.Output("count")[0], request.Output("row")[0]);
    }

    private static float Row(LiveTrainer live)
    {
        var row = new float[16];
        Assert.That(live.Tables["items"].Lookup(11, row), Is.True);
        return row[0];
    }
}
