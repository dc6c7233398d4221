using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What holds for the gradients that a model hands back.</summary>
internal sealed class ModelGradientRules(ModelSubject subject)
{
    private const int MostPlaces = 150, StepBatches = 4;

    public void InputGradients()
    {
        using var model = subject.Trained();
        CheckInputGradients(model);
    }

    public void DenseGradientsAgree()
    {
        using var model = subject.Trained();
        if (!model.SupportsDenseGradients) return;
        var batch = new ModelBatch(model, ModelSubject.Rows, 21);
        var loss = new ModelLoss(model, batch, subject.Loss);
        var total = loss.Total();
        var slopes = model.Parameters.Select(parameter => SlopesOf(parameter, loss, total)).ToArray();
        var (gradients, before) = (new DenseGradients(model), ModelState.Of(model));
        batch.Train(model, handedBack: gradients);
        ModelState.CheckSame(before, ModelState.Of(model), "a model that handed its gradients back");
        Expect.That(gradients.Examples is > 0 and <= ModelSubject.Rows,
            $"1 to {ModelSubject.Rows} examples were expected to be learned from, but it says {gradients.Examples}");
        for (var i = 0; i < slopes.Length; i++)
            Compare(slopes[i], gradients.Of(model.Parameters[i]), $"the parameter '{model.Parameters[i].Name}'");
    }

    public void HandedBackStepsAlike()
    {
        using var stepping = subject.New();
        using var other = subject.New();
        if (!other.SupportsDenseGradients || subject.DenseOptimizer is null) return;
        var remote = new RemoteWeights(other, subject.DenseOptimizer());
        for (var i = 0; i < StepBatches; i++)
        {
            var seed = 30 + (ulong)i;
            var (batch, same) = (new ModelBatch(stepping, ModelSubject.Rows, seed), new ModelBatch(other, ModelSubject.Rows, seed));
            batch.Train(stepping);
            same.Train(other, handedBack: remote.Gradients);
            Expect.SameBits(batch.Written(), same.Written(), $"batch {i} of a model that hands its gradients back");
            remote.Step();
        }
        for (var i = 0; i < stepping.Parameters.Count; i++)
        {
            Expect.SameBits(RemoteWeights.Read(stepping.Parameters[i]), RemoteWeights.Read(other.Parameters[i]),
                $"'{stepping.Parameters[i].Name}' after {StepBatches} steps outside the model");
        }
    }

    public void CallbacksChangeNoBit()
    {
        using var model = subject.New();
        using var told = subject.New();
        var (forwards, norms) = (0, new List<double>());
        var callbacks = new TrainingCallbacks { ForwardDone = () => forwards++, ScaleOf = squares => Asked(norms, squares) };
        Expect.SameBits(ModelSubject.Train(model, 2), ModelSubject.Train(told, 2, callbacks), "batches with callbacks");
        ModelState.CheckSame(ModelState.Of(model), ModelState.Of(told), "a model that learned with callbacks");
        Expect.That(forwards <= 2, $"the end of predicting was expected once a batch at most, but was told {forwards} times in 2");
        if (!told.SupportsGlobalNorm) return;
        Expect.Same(2, norms.Count, "how often a model that supports a global norm asks in 2 batches");
        Expect.That(norms.TrueForAll(norm => norm >= 0 && double.IsFinite(norm)),
            $"finite squared norms were expected, but they are {norms[0]}, {norms[1]}");
        if (told.SupportsDenseGradients) CheckScale(told);
    }

    public void Sequences()
    {
        var schema = ModelSchemas.WithSequence();
        OnlineModel model;
        try
        {
            model = subject.New(schema);
        }
        catch (Exception refusal) when (refusal is not OutOfMemoryException)
        {
            CheckNamed(refusal);
            return;
        }
        using (model)
        {
            if (model.SupportsSequences) CheckInputGradients(model);
            else CheckRefused(model);
        }
    }

    private void CheckInputGradients(OnlineModel model)
    {
        var batch = new ModelBatch(model, ModelSubject.Rows, 20);
        var loss = new ModelLoss(model, batch, subject.Loss);
        var total = loss.Total();
        var slopes = batch.Blocks.Select(block => SlopesOf(block.Of(batch.Inputs).Count, i => block.Of(batch.Inputs).Span[i],
            (i, value) => block.Of(batch.Inputs).Span[i] = value, loss, total)).ToArray();
        batch.Train(model);
        foreach (var ((name, block), i) in batch.Blocks.Select((block, i) => (block, i)))
            Compare(slopes[i], block(batch.Gradients).Span, $"the input '{name}'");
    }

    private static (double, double)?[] SlopesOf(DenseParameter parameter, ModelLoss loss, double total)
    {
        var weights = RemoteWeights.Read(parameter);
        return SlopesOf(weights.Length, i => weights[i], (i, value) =>
        {
            weights[i] = value;
            parameter.Write(weights);
        }, loss, total);
    }

    // Of a large block some places, spread over it: a prediction a place.
    private static (double, double)?[] SlopesOf(int count, Func<int, float> read, Action<int, float> write, ModelLoss loss, double total)
    {
        var (slopes, every) = (new (double, double)?[count], 1 + count / MostPlaces);
        for (var i = 0; i < count; i += every)
        {
            var place = i;
            slopes[i] = loss.Slopes(read(i), value => write(place, value), total);
        }
        return slopes;
    }

    private static void Compare((double Left, double Right)?[] slopes, ReadOnlySpan<float> gradient, string what)
    {
        var (tried, compared) = (0, 0);
        for (var i = 0; i < slopes.Length; i++)
        {
            if (slopes[i] is not { } slope) continue;
            tried++;
            if (ModelLoss.Check(slope, gradient[i], $"{what}, place {i}")) compared++;
        }
        Expect.That(2 * compared >= tried,
            $"{what}: the loss was expected to be smooth at most places, but only {compared} of {tried} are");
    }

    private static double Asked(List<double> norms, double squares)
    {
        norms.Add(squares);
        return 1;
    }

    private static void CheckScale(OnlineModel model)
    {
        var batch = new ModelBatch(model, ModelSubject.Rows, 22);
        var (whole, half, told) = (new DenseGradients(model), new DenseGradients(model), 0.0);
        batch.Train(model, handedBack: whole);
        batch.Train(model, new TrainingCallbacks { ScaleOf = Halve }, half);
        var sum = 0.0;
        foreach (var parameter in model.Parameters)
        {
            for (var i = 0; i < parameter.Length; i++)
            {
                var (full, scaled) = (whole.Of(parameter)[i], half.Of(parameter)[i]);
                sum += (double)full * full;
                Expect.That(Math.Abs(scaled - 0.5 * full) <= 1e-6 * Math.Abs(full),
                    $"'{parameter.Name}', place {i}: half of {full:R} was expected, since ScaleOf answered 0.5, but it is {scaled:R}");
            }
        }
        Expect.That(Math.Abs(told - sum) <= 1e-4 * sum, $"a squared norm of {sum:G6} was expected, but ScaleOf was told {told:G6}");

        double Halve(double squares)
        {
            told = squares;
            return 0.5;
        }
    }

    private static void CheckRefused(OnlineModel model)
    {
        var batch = new ModelBatch(model, ModelSubject.Rows, 23);
        foreach (var call in new Action[] { () => batch.Predict(model), () => batch.Train(model) })
        {
            try
            {
                call();
            }
            catch (NotSupportedException refusal)
            {
                CheckNamed(refusal);
                continue;
            }
            Expect.That(false, "a schema with sequences was expected to be refused, since SupportsSequences is false; "
                + "call RequireFor of the context first");
        }
    }

    private static void CheckNamed(Exception refusal) =>
        Expect.That(refusal.Message.Contains($"'{ModelSchemas.SequenceSlot}'", StringComparison.Ordinal),
            $"the slot '{ModelSchemas.SequenceSlot}' was expected to be named by the refusal, which says: {refusal.Message}");
}
