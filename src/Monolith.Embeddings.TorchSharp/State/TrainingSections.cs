namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>The names of sections that are no part of a module's <c>state_dict</c>. Stored: they must stay.</summary>
internal static class TrainingSections
{
    /// <summary>What the names of all of them begin with. PyTorch joins names by dots, so that no key of a module has a slash.</summary>
    public const string Prefix = "training/";

    public const string Step = Prefix + "step";

    public const string Optimizer = Prefix + "optimizer";

    /// <summary>What a loss has to know.</summary>
    public const string Loss = Prefix + "loss";

    public static string OptimizerOf(string parameter) => $"{Optimizer}/{parameter}";
}
