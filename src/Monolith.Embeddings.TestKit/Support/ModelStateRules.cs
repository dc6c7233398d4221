using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What holds for the state of a model: saved, loaded, read and written by name.</summary>
internal sealed class ModelStateRules(ModelSubject subject)
{
    private const string Foreign = "contract.foreign";

    public void EqualModelsLearnEqually()
    {
        using var model = subject.New();
        using var twin = subject.New();
        Expect.SameBits(ModelSubject.Train(model, 3), ModelSubject.Train(twin, 3), "the same batches by another instance");
        ModelState.CheckSame(ModelState.Of(model), ModelState.Of(twin), "another instance after the same batches");
    }

    public void SavedModelsGoOn()
    {
        using var saved = subject.Trained(3);
        using var loaded = subject.New();
        var bytes = ModelState.Of(saved);
        ModelState.Load(loaded, bytes);
        ModelState.CheckSame(bytes, ModelState.Of(loaded), "a model that was loaded");
        Expect.SameBits(ModelSubject.Train(saved, 2, firstSeed: 40), ModelSubject.Train(loaded, 2, firstSeed: 40), "batches after a load");
        ModelState.CheckSame(ModelState.Of(saved), ModelState.Of(loaded), "a model that went on after a load");
    }

    public void WrongSectionsChangeNothing()
    {
        using var other = subject.Trained(3);
        using var model = subject.New();
        var before = ModelState.Of(model);
        CheckRefused(model, Changed(other, sections => sections.AddNumber(Foreign, SectionRole.Weights, 1)), "a section too many");
        foreach (var name in Sections(other).Names)
        {
            CheckRefused(model, Changed(other, sections => sections.Remove(name)), $"no section '{name}'");
            CheckRefused(model, Changed(other, sections => Retype(sections, name)), $"a section '{name}' of another type or shape");
        }
        ModelState.CheckSame(before, ModelState.Of(model), "a model that was given wrong sections");
        model.Load(Sections(other));
        ModelState.CheckSame(ModelState.Of(other), ModelState.Of(model), "a model that was given right sections after wrong ones");
    }

    public void ParametersAreReadAndWritten()
    {
        using var model = subject.Trained();
        using var other = subject.New();
        var names = model.Parameters.Select(parameter => parameter.Name).ToArray();
        Expect.Same(names.Length, names.Distinct().Count(), "how many names of parameters differ");
        Expect.That(names.SequenceEqual(other.Parameters.Select(parameter => parameter.Name)),
            "the same names of parameters were expected of another instance");
        for (var i = 0; i < names.Length; i++) CheckParameter(model.Parameters[i], other.Parameters[i]);
        Expect.That(!model.SupportsDenseGradients || names.Length > 0,
            "parameters were expected of a model that hands their gradients back");
    }

    private static void CheckParameter(DenseParameter parameter, DenseParameter other)
    {
        var weights = RemoteWeights.Read(parameter);
        other.Write(weights);
        Expect.SameBits(weights, RemoteWeights.Read(other), $"'{parameter.Name}', read after it was written");
        CheckRefused(() => other.Write(new float[weights.Length + 1]), $"{weights.Length + 1} weights for '{parameter.Name}'");
        if (weights.Length == 0) return;
        CheckRefused(() => other.Write([.. weights[1..], float.NaN]), $"a weight that is no number for '{parameter.Name}'");
        Expect.SameBits(weights, RemoteWeights.Read(other), $"'{parameter.Name}' after weights that were refused");
    }

    private static void CheckRefused(Action call, string what)
    {
        try
        {
            call();
        }
        catch (ArgumentException)
        {
            return;
        }
        Expect.That(false, $"{what} were expected to be refused with an ArgumentException");
    }

    private static void CheckRefused(OnlineModel model, ModelSections sections, string what)
    {
        try
        {
            model.Load(sections);
        }
        catch (InvalidDataException)
        {
            return;
        }
        Expect.That(false, $"{what} was expected to be refused with an InvalidDataException; read all sections, and call RequireAllRead");
    }

    private static ModelSections Sections(OnlineModel model)
    {
        var sections = new ModelSections();
        model.Save(sections);
        return sections;
    }

    private static ModelSections Changed(OnlineModel model, Action<ModelSections> change)
    {
        var sections = Sections(model);
        change(sections);
        return sections;
    }

    private static void Retype(ModelSections sections, string name)
    {
        if (!sections.IsFloats(name))
        {
            sections.Remove(name);
            sections.AddFloats(name, SectionRole.Weights, [2], [1, 2]);
            return;
        }
        int[] shape = [.. sections.ShapeOf(name), 1];
        var values = sections.Floats(name, shape.AsSpan(0, shape.Length - 1)).ToArray();
        sections.Remove(name);
        sections.AddFloats(name, SectionRole.Weights, shape, values);
    }
}
