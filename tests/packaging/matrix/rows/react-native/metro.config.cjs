// What React Native's own configuration (`@react-native/metro-config`) says, which needs the whole of React Native.
module.exports = {
  resolver: { unstable_conditionNames: ["react-native"] },
  transformer: { babelTransformerPath: require.resolve("@react-native/metro-babel-transformer") },
};
