namespace Monolith.Embeddings.Validation;

/// <summary>
/// How far options may hold one another, and a guard for members that ask what is held: options that hold themselves, or very many in a
/// row, end in an exception and not with the stack. The members of the library's options that hold others run within <see cref="Enter"/>.
/// </summary>
internal static class NestedOptions
{
    /// <summary>How many levels options may be nested.</summary>
    public const int MostLevels = 32;

    /// <summary>How many options a tree may have, counted as often as they are met.</summary>
    public const int MostOptions = 1_000_000;

    [ThreadStatic]
    private static int _level;

    [ThreadStatic]
    private static int _met;

    /// <summary>Goes a level down; disposing goes up again.</summary>
    /// <exception cref="NestingException">It is one too many.</exception>
    public static Level Enter(IValidatedOptions options)
    {
        if (_level == 0) _met = 0;
        var name = options.GetType().Name;
        if (_level >= MostLevels) throw new NestingException($"{name} holds itself, or is nested more than {MostLevels} levels deep.");
        if (++_met > MostOptions)
            throw new NestingException($"{name} is one of more than {MostOptions} options, counted as often as they are met.");
        return new Level(_level++);
    }

    /// <summary>Asks options while they are validated, which may hold themselves: validation tells that at its place.</summary>
    /// <param name="options">The options.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="otherwise">The answer where they are nested too deep to ask.</param>
    public static TAnswer Ask<TOptions, TAnswer>(TOptions options, Func<TOptions, TAnswer> question, TAnswer otherwise)
    {
        try
        {
            return question(options);
        }
        catch (NestingException)
        {
            return otherwise;
        }
    }

    /// <summary>A level that was entered.</summary>
    public readonly ref struct Level
    {
        private readonly int _outer;

        internal Level(int outer) => _outer = outer;

        /// <summary>Leaves it.</summary>
        public void Dispose() => _level = _outer;
    }
}
