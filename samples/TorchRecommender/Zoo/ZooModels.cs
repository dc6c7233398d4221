using Monolith.Embeddings.TorchSharp;
using Samples.Common;

namespace TorchRecommender.Zoo;

/// <summary>The modules that can be chosen, a line each.</summary>
public static class ZooModels
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ZooModel> All { get; } =
    [
        new("deepfm", "products of all pairs beside a perceptron", false,
            (schema, z, options) => new(schema, new DeepFmModule(schema, z.Hidden, seed: z.Seed), options)),
        new("dlrm", "products of all pairs below a perceptron", false,
            (schema, z, options) => new(schema, new DlrmModule(schema, topHidden: z.Hidden, seed: z.Seed), options)),
        new("dcnv2", "crossing layers beside a perceptron", false,
            (schema, z, options) => new(schema, new DcnV2Module(schema, hidden: z.Hidden, seed: z.Seed), options)),
        new("finalmlp", "two gated perceptrons that meet in a bilinear form", false, (schema, z, options) =>
            new(schema, new FinalMlpModule(schema, firstHidden: z.Hidden, secondHidden: z.Hidden, seed: z.Seed), options)),
        new("din", "attention of the item to the user's items before", true, (schema, z, options) =>
            new(schema, new DinModule(schema, [(z.History, z.Item)], hidden: z.Hidden, seed: z.Seed), options)),
        new("mmoe", "experts with a gate a task", false, (schema, z, options) =>
            new(schema, new MmoeModule(schema, expertHidden: z.Hidden, towerHidden: z.Hidden, seed: z.Seed), options)),
        new("ple", "experts of each task and shared ones, in levels", false, (schema, z, options) =>
            new(schema, new PleModule(schema, expertHidden: z.Hidden, towerHidden: z.Hidden, seed: z.Seed), options)),
    ];

    /// <summary>The names, as a list in a sentence.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(model => model.Name));

    /// <summary>The one of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static ZooModel Find(string name) => All.FirstOrDefault(model => model.Name == name)
        ?? throw new UsageException($"'{name}' is not a model; there are {Names}.");
}
