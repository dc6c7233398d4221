using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp;
using TorchSharp;

namespace TorchRecommender.Zoo;

/// <summary>A module of the zoo that can be chosen.</summary>
/// <param name="Name">By which it is chosen.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="ReadsSequence">Whether it reads the user's items before one by one; else they are pooled.</param>
/// <param name="Create">Makes the model.</param>
public sealed record ZooModel(
    string Name, string Description, bool ReadsSequence, Func<FeatureSchema, ZooSettings, TorchModelOptions, TorchModel> Create)
{
    /// <summary>Makes a model that has learned nothing; the same twice for the same settings.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="settings">The settings.</param>
    public TorchModel CreateModel(FeatureSchema schema, ZooSettings settings) => Create(schema, settings, new TorchModelOptions
    {
        Name = Name,
        DenseOptimizer = new AdagradOptions { LearningRate = settings.DenseRate },
        Seed = settings.Seed,
        Device = settings.OnCuda ? torch.CUDA : torch.CPU,
    });
}
