using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What holds for the predictions of a model, and for what it writes.</summary>
internal sealed class ModelPredictionRules(ModelSubject subject)
{
    public void Identity()
    {
        using var model = subject.New();
        using var other = subject.New();
        var name = model.Name;
        ModelSubject.Train(model, 1);
        Expect.That(!string.IsNullOrWhiteSpace(name), "a name was expected, but it is empty");
        Expect.Same(name, model.Name, "the name after a batch");
        Expect.Same(name, other.Name, "the name of another instance");
        Expect.That(subject.Schema.Matches(model.Schema),
            "the schema that the model was made for was expected, but it has another one");
        Expect.That(model.ReportedTask is not { } task || subject.Schema.Tasks.Any(t => t.Name == task.Name),
            "the reported task was expected to be one of the schema's");
    }

    public void EverythingIsWritten()
    {
        using var model = subject.New();
        var batch = new ModelBatch(model, ModelSubject.Rows, 7);
        batch.Predict(model);
        CheckWritten(batch.Predicted(model), "a logit or output of a prediction");
        batch.Spoil(model);
        batch.Train(model);
        CheckWritten(batch.Predicted(model), "a logit or output of a batch that was learned from");
        CheckWritten(batch.Written(), "a logit or gradient");
        new ModelBatch(model, 0, 8).Train(model);
    }

    public void PredictionIsWhatTrainingGives()
    {
        using var model = subject.Trained();
        var batch = new ModelBatch(model, ModelSubject.Rows, 9);
        batch.Predict(model);
        var predicted = batch.Predicted(model);
        batch.Spoil(model);
        batch.Train(model);
        Expect.SameBits(predicted, batch.Predicted(model), "logits and outputs that training gives");
    }

    public void PredictionChangesNothing()
    {
        using var model = subject.Trained();
        using var twin = subject.Trained();
        var before = ModelState.Of(model);
        var batch = new ModelBatch(model, ModelSubject.Rows, 10);
        for (var i = 0; i < 3; i++) batch.Predict(model);
        ModelState.CheckSame(before, ModelState.Of(model), "a model that only predicted");
        Expect.SameBits(ModelSubject.Train(twin, 1), ModelSubject.Train(model, 1), "a batch after predictions");
    }

    public void ThreadsPredict()
    {
        using var model = subject.Trained();
        var expected = Predicted(model);
        Crowd.Run(_ =>
        {
            for (var i = 0; i < 20; i++) Expect.SameBits(expected, Predicted(model), "logits and outputs");
        });
    }

    public void AnyAddress()
    {
        using var model = subject.New();
        var expected = ModelSubject.Train(model, 3);
        for (var lines = 0; lines < 8; lines++)
        {
            using var other = subject.New();
            var written = ModelSubject.Train(other, 3, allocator: new ScatteredMemory(lines));
            Expect.SameBits(expected, written, $"blocks {lines * 64} bytes further");
            ModelState.CheckSame(ModelState.Of(model), ModelState.Of(other), $"a model whose blocks lay {lines * 64} bytes further");
        }
    }

    public void NothingIsAllocated()
    {
        using var model = subject.New();
        var batch = new ModelBatch(model, ModelSubject.Rows, 11);
        Expect.AllocatedAtMost(subject.AllowedAllocation, () =>
        {
            batch.Train(model);
            batch.Predict(model);
        });
    }

    public void OtherSchemasAreRefused()
    {
        using var model = subject.New();
        var batch = new ModelBatch(model, ModelSubject.Rows, 12, schema: subject.OtherSchema());
        var before = ModelState.Of(model);
        CheckRefused(() => batch.Predict(model), "a prediction of another schema");
        CheckRefused(() => batch.Train(model), "a batch of another schema");
        Expect.That(Array.TrueForAll(batch.Written(), value => value == ModelBatch.Unwritten),
            "nothing was expected to be written for another schema");
        ModelState.CheckSame(before, ModelState.Of(model), "a model that refused a batch of another schema");
    }

    public void EqualSchemasAreTaken()
    {
        using var model = subject.New();
        using var twin = subject.New();
        var batch = new ModelBatch(model, ModelSubject.Rows, 15);
        var equal = new ModelBatch(twin, ModelSubject.Rows, 15, schema: subject.EqualSchema());
        batch.Train(model);
        equal.Train(twin);
        Expect.SameBits(batch.Written(), equal.Written(), "logits and gradients of a batch of an equal schema");
        batch.Predict(model);
        equal.Predict(twin);
        Expect.SameBits(batch.Predicted(model), equal.Predicted(twin), "a prediction of a batch of an equal schema");
    }

    public static void CheckRefused(Action call, string what)
    {
        try
        {
            call();
        }
        catch (ArgumentException)
        {
            return;
        }
        Expect.That(false,
            $"{what} was expected to be refused with an ArgumentException; call RequireFor of the context first");
    }

    private static float[] Predicted(OnlineModel model)
    {
        var batch = new ModelBatch(model, ModelSubject.Rows, 13);
        batch.Predict(model);
        return batch.Predicted(model);
    }

    private static void CheckWritten(float[] values, string what)
    {
        var place = Array.IndexOf(values, ModelBatch.Unwritten);
        Expect.That(place < 0, $"{what} was expected at place {place}, but nothing was written");
    }
}
