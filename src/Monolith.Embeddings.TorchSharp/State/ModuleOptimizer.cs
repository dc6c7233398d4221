using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>The optimizer of a module's parameters, and what it keeps of each.</summary>
internal abstract class ModuleOptimizer : IDisposable
{
    /// <summary>Whether all numbers that it keeps are finite.</summary>
    public abstract bool IsFinite { get; }

    /// <summary>The kind of the rule. Stored.</summary>
    protected abstract string Kind { get; }

    /// <summary>The optimizer that options ask for.</summary>
    /// <param name="weights">What it learns.</param>
    /// <param name="options">Valid ones.</param>
    /// <exception cref="ArgumentException">It cannot learn these weights.</exception>
    /// <exception cref="NotSupportedException">It keeps something that cannot be saved.</exception>
    public static ModuleOptimizer Of(ModuleWeights weights, TorchModelOptions options)
    {
        if (options.Optimizer is { } create) return new LibraryOptimizer(weights, create, options.LearningRate);
        return weights.AreVisible
            ? new HostOptimizer(weights, options.DenseOptimizer)
            : DeviceOptimizers.Of(weights, options.DenseOptimizer);
    }

    /// <summary>Sets the rate of a step, before anything is computed for it.</summary>
    /// <exception cref="InvalidOperationException">The schedule gives no rate.</exception>
    public abstract void SetRate(long step);

    /// <summary>Learns from the gradients that lie at the parameters. Those without one stay as they are.</summary>
    /// <param name="step">How many steps there were before.</param>
    /// <param name="examples">How many examples the gradients sum, at least 1.</param>
    public abstract void Step(long step, int examples);

    public void Save(ModelSections sections)
    {
        sections.AddText(TrainingSections.Optimizer, SectionRole.TrainingState, Kind);
        SaveStates(sections);
    }

    /// <summary>Looks at the sections, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">They are of another optimizer.</exception>
    public void Check(ModelSections sections)
    {
        var kind = sections.Text(TrainingSections.Optimizer);
        if (kind != Kind)
            throw new InvalidDataException($"The sections are of another model: it learned by '{kind}', but '{Kind}' is needed.");
        CheckStates(sections);
    }

    /// <summary>Takes sections that were checked.</summary>
    public abstract void Take(ModelSections sections);

    public abstract void Dispose();

    protected abstract void SaveStates(ModelSections sections);

    /// <exception cref="InvalidDataException">The sections are of another optimizer, or another parameter.</exception>
    protected abstract void CheckStates(ModelSections sections);
}
