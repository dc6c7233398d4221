namespace Monolith.Embeddings.Models.Sections;

/// <summary>The names of the sections of the built-in models. Stored: they must stay.</summary>
internal static class BuiltInSections
{
    /// <summary>How many batches changed the weights.</summary>
    public const string Step = "step";

    /// <summary>The global bias and the weights of the dense features.</summary>
    public const string Linear = "linear";

    /// <summary>How far the global biases have followed the first labels; absent where they do not, or do no longer.</summary>
    public const string BiasStart = "bias-start";

    /// <summary>The weights of the interactions, where there are several heads.</summary>
    public const string Interaction = "interaction";

    /// <summary>The name of a head: a task, or the output of a task.</summary>
    /// <param name="index">Which one, from 0.</param>
    public static string Head(int index) => $"heads.{index}";

    /// <summary>The weights of a dense layer.</summary>
    /// <param name="index">Which one, from 0; the hidden ones first.</param>
    public static string Layer(int index) => $"layers.{index}";

    /// <summary>The state of a parameter's optimizer.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public static string StateOf(string parameter) => $"{parameter}.state";

    /// <summary>The name of a parameter's optimizer.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public static string OptimizerOf(string parameter) => $"{parameter}.optimizer";
}
